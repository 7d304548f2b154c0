"""Prints what arrives at a Unix datagram socket as lines of hexadecimal, after a first empty line when it is bound."""
import os
import socket
import sys

address = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + address[1:] if address.startswith("@") else address)
if not address.startswith("@"):
    os.chmod(address, 0o666)
print(flush=True)
while True:
    print("x" + receiver.recv(65536).hex(), flush=True)
