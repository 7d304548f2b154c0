import { IO_CHOICES, RECORD_FORMATS } from '../addon/contract.ts';
import { blockList, hostList } from './block-list.ts';
import { parseHttpAddress } from './http-address.ts';
import { parseIdentity } from './identity.ts';
import { addNotifyTarget, parseNotifyTarget } from './notify-target.ts';
import { type CliOption, flag, inform, setting } from './option.ts';
import * as values from './option-values.ts';

/** Every option, in the order of `--help`. */
export const OPTIONS: readonly CliOption[] = [
  inform({ short: 'h', long: 'help' }, 'help', 'Print this text and exit.'),
  inform({ short: 'V', long: 'version' }, 'version', 'Print the version of the software and exit.'),
  inform({ short: 'v' }, 'capabilities', 'Print the version of the control protocol and its extensions, and exit.'),
  inform({ short: 'C' }, 'clock', 'Print the name of the clock behind the time stamps of log lines, and exit.'),

  {
    long: 'check',
    argument: 'none',
    argumentName: '',
    help: 'Print the effective configuration, in the form of a configuration file, and what is wrong with it, and exit.',
    effect: { kind: 'check' },
  },

  flag({ short: 'f', key: 'foreground' }, 'Stay in the foreground and log to stderr.', (draft) => {
    draft.foreground = true;
  }),
  flag(
    { short: 'D', key: 'keep_directory' },
    'Do not change to the directory / when going into the background.',
    (draft) => {
      draft.keepDirectory = true;
    },
  ),
  flag(
    { short: 'F', key: 'superuser_ok' },
    'Run as superuser without a warning, and allow UDP control sockets then.',
    (draft) => {
      draft.superuserOk = true;
    },
  ),
  setting(
    { short: 'u', key: 'user', argumentName: 'USER[:GROUP]' },
    'Give up all privileges but those of this user and group once the sockets are open; Unix control sockets become ' +
      'theirs. :GROUP changes the group alone.',
    (draft, value) => {
      draft.identity = parseIdentity(value);
    },
  ),
  setting(
    { short: 'w', key: 'socket_mode', argumentName: 'MODE', defaultText: 'by the umask; 0755 when -u names a group' },
    'Permissions of Unix control sockets: octal with a leading 0, such as 0660, decimal otherwise.',
    (draft, value) => {
      draft.socketMode = values.socketMode(value);
    },
  ),
  setting(
    { short: 'p', key: 'pid_file', argumentName: 'FILE', defaultText: '/var/run/rtpproxy.pid' },
    'File for the process id; /dev/null for none. Of a user who may not write the default it is ' +
      '$XDG_RUNTIME_DIR/rtpproxy.pid, or none.',
    (draft, value) => {
      draft.pidFile = value;
    },
  ),
  setting(
    { short: 'd', key: 'log_level', argumentName: 'LEVEL[:FACILITY]', defaultText: 'ERR:LOG_DAEMON' },
    'Least important level of log lines that are written (DBUG, INFO, WARN, ERR or CRIT), and the facility of those ' +
      'that go to syslog, which is where the background writes them.',
    values.setLogging,
  ),
  setting(
    { long: 'log-format', argumentName: 'text|json', defaultText: 'text' },
    'Form of log lines: that of the C daemon, or an object with time, level, topic, callId and text.',
    (draft, value) => {
      draft.logFormat = values.logFormat(value);
    },
  ),
  setting(
    { short: 'L', key: 'file_limit', argumentName: 'N' },
    'Set the soft and the hard limit of open files to N; a call needs four, up to eight when it is recorded.',
    (draft, value) => {
      draft.fileLimit = values.fileLimit(value);
    },
  ),
  setting(
    { short: 'c', key: 'scheduling', argumentName: 'fifo|rr', defaultText: 'the policy of the system' },
    'Real-time scheduling of all threads at the highest priority; without the permission for it the start goes on.',
    (draft, value) => {
      draft.scheduling = values.schedulingPolicy(value);
    },
  ),
  setting({ long: 'nice', argumentName: 'N' }, 'Scheduling priority of the process, -20 to 20.', (draft, value) => {
    draft.nice = values.nice(value);
  }),
  setting(
    { long: 'workers', argumentName: 'N', defaultText: 'processors - 1, at least 1' },
    'Number of threads that relay media, 1 to 64.',
    (draft, value) => {
      draft.workers = values.workers(value);
    },
  ),
  setting(
    { long: 'worker-cpus', argumentName: 'LIST', defaultText: 'none' },
    'CPUs such as 0,2-3 that the relay threads are bound to, one after the other; without --workers there are as many ' +
      'threads as CPUs.',
    (draft, value) => {
      draft.workerCpus = values.cpus(value);
    },
  ),
  setting(
    { long: 'batch-window', argumentName: 'auto|N', defaultText: 'auto' },
    'Microseconds that media packets may wait so that those of many calls are relayed together, 0 to 10000: saves ' +
      'processor time at the price of delay. auto: none while a thread has time to spare, up to 500 as its load rises.',
    (draft, value) => {
      draft.batchWindow = values.batchWindow(value);
    },
  ),
  setting(
    { long: 'io', argumentName: IO_CHOICES.join('|'), defaultText: 'auto' },
    'How media packets come in and go out. shared: one socket of each thread for all calls, which needs CAP_BPF, ' +
      'CAP_NET_ADMIN and CAP_NET_RAW; sockets: one for each port. auto: shared where it works.',
    (draft, value) => {
      draft.io = values.io(value);
    },
  ),

  setting(
    { short: 's', key: 'control', repeatable: true, argumentName: 'SOCKET', defaultText: '/var/run/rtpproxy.sock' },
    'Control socket; may be repeated. [unix:]PATH takes one command per connection and cunix:PATH keeps the connection ' +
      'open; udp:HOST[:PORT], udp6:HOST:PORT, tcp:HOST[:PORT] and tcp6:HOST:PORT listen on port 22222 unless told ' +
      'otherwise; stdio: and stdioc: use standard input and output and need -f; systemd: is a socket handed over by systemd.',
    (draft, value) => {
      draft.controls.push(value);
    },
  ),
  setting(
    { short: 'n', key: 'notify', repeatable: true, argumentName: 'TARGET' },
    'Permitted target of time-out notifications; may be repeated: [unix:]PATH, tcp:HOST:PORT, or ' +
      'tcp:%%CC_SELF%%:PORT for the host that sent the command.',
    (draft, value) => {
      addNotifyTarget(draft.notifyTargets, parseNotifyTarget(value));
    },
  ),

  setting(
    { long: 'control-allow', argumentName: 'CIDR,...', repeatable: true, defaultText: 'everybody' },
    'Who may use the UDP and TCP control sockets: addresses, or blocks of them such as 10.0.0.0/8; nobody else, this host ' +
      'included.',
    (draft, value) => {
      draft.controlAllow.push(...hostList(value, '--control-allow'));
    },
  ),
  setting(
    { long: 'peer-deny', argumentName: 'CIDR[:PORTS],...', repeatable: true },
    'Where no party of a call may be: nothing is sent there or taken from there. Ports are one or a range, with brackets ' +
      'around an IPv6 address; * is every address. Denied besides, unless --peer-allow has them: multicast, broadcast, and ' +
      'ports below 1024 of this host; and always: control sockets of the daemon.',
    (draft, value) => {
      draft.peerDeny.push(...blockList(value, '--peer-deny'));
    },
  ),
  setting(
    { long: 'peer-allow', argumentName: 'CIDR[:PORTS],...', repeatable: true },
    'Exceptions from what is denied to parties of calls.',
    (draft, value) => {
      draft.peerAllow.push(...blockList(value, '--peer-allow'));
    },
  ),

  setting(
    { long: 'http', argumentName: 'ADDRESS:PORT|unix:PATH', defaultText: 'none' },
    'Show calls, their quality and metrics over HTTP: 127.0.0.1:9101, [::1]:9101, or a Unix socket with the permissions of ' +
      'control sockets. Nothing can be changed there.',
    (draft, value) => {
      draft.http = parseHttpAddress(value, draft.directory);
    },
  ),
  setting(
    { long: 'http-allow', argumentName: 'CIDR,...', repeatable: true, defaultText: '127.0.0.0/8,::1' },
    'Who may use --http over TCP: addresses, or blocks of them; nobody else, this host included.',
    (draft, value) => {
      draft.httpAllow.push(...hostList(value, '--http-allow'));
    },
  ),
  setting(
    { long: 'http-token-file', argumentName: 'FILE' },
    'The first line of the file is a token that requests to --http have to show.',
    (draft, file) => {
      draft.httpTokenFile = values.filePath(draft, file);
    },
  ),

  flag({ long: 'no_resolve' }, 'Never use DNS; addresses must be numeric then.', (draft) => {
    draft.resolve = false;
  }),
  flag({ long: 'no_redirect' }, 'Keep stdout and stderr in the background, and log to stderr too.', (draft) => {
    draft.keepOutput = true;
  }),
  {
    long: 'overload_prot',
    argument: 'optional',
    argumentName: 'X',
    help: 'Accepted for compatibility; like the C daemon, this one never refuses a session because of load.',
    effect: { kind: 'set', apply: () => undefined },
  },

  setting(
    {
      short: 'l',
      key: 'listen',
      repeatable: true,
      argumentName: '[LABEL@]HOST[/HOST2][=ADVERTISED]',
      defaultText: '*',
    },
    'IPv4 address for media; may be repeated with different labels. With /HOST2 the daemon bridges between HOST ' +
      '(internal) and HOST2 (external). ADVERTISED replaces the address in replies.',
    (draft, value) => values.addListen(draft, value, 4),
  ),
  setting(
    { short: '6', key: 'listen6', repeatable: true, argumentName: '[LABEL@]HOST[/HOST2][=ADVERTISED]' },
    'IPv6 address for media, like -l.',
    (draft, value) => values.addListen(draft, value, 6),
  ),
  setting(
    { short: 'A', key: 'advertised', argumentName: 'ADDR[/ADDR2]' },
    'Address that replies show instead of the first listen address; when bridging, of the internal and of the ' +
      'external one.',
    (draft, value) => {
      draft.advertised = values.advertised(value);
    },
  ),
  setting(
    { short: 'm', key: 'port_min', argumentName: 'PORT', defaultText: '35000' },
    'Lowest port for media, 1 to 65535.',
    (draft, value) => {
      draft.portMin = values.port(value, 'min');
    },
  ),
  setting(
    { short: 'M', key: 'port_max', argumentName: 'PORT', defaultText: '65000' },
    'Highest port for media, 1 to 65535. A pair is an even port and the next one: with 65000 the last is 64998 and 64999.',
    (draft, value) => {
      draft.portMax = values.port(value, 'max');
    },
  ),
  flag({ short: 'b', key: 'sequential_ports' }, 'Hand out ports in ascending instead of random order.', (draft) => {
    draft.sequentialPorts = true;
  }),
  setting(
    { short: 't', key: 'tos', argumentName: 'TOS', defaultText: '184' },
    'IP type of service of media packets, 0 to 255; -1 leaves the value of the system.',
    (draft, value) => {
      draft.tos = values.tos(value);
    },
  ),

  setting(
    { short: 'T', key: 'ttl', argumentName: 'SECONDS', defaultText: '60' },
    'A session without media ends after this time.',
    (draft, value) => {
      draft.ttl = values.seconds(value, 'max TTL');
    },
  ),
  setting(
    { short: 'W', key: 'setup_ttl', argumentName: 'SECONDS', defaultText: 'the value of -T' },
    'The same for a session that has been signalled by one side only.',
    (draft, value) => {
      draft.setupTtl = values.seconds(value, 'max setup TTL');
    },
  ),
  setting(
    { long: 'play-ttl', argumentName: 'SECONDS', defaultText: '3600' },
    'How long a prompt keeps a session going without a packet from either party; then it ends after the time of -T. ' +
      '0: as long as it plays.',
    (draft, value) => {
      draft.playTtl = values.playTtl(value);
    },
  ),
  flag(
    { short: 'i', key: 'independent_ttl' },
    'End a session when either direction has been silent for the time of -T.',
    (draft) => {
      draft.independentTtl = true;
    },
  ),
  flag({ short: '2', key: 'duplicate_small' }, 'Send media packets of less than 128 bytes twice.', (draft) => {
    draft.duplicateSmall = true;
  }),
  flag({ long: 'bridge_symmetric' }, 'Learn media addresses also when bridging.', (draft) => {
    draft.bridgeSymmetric = true;
  }),
  flag({ long: 'force_asymmetric' }, 'Never learn media addresses; send where signalling says.', (draft) => {
    draft.forceAsymmetric = true;
  }),

  setting(
    { long: 'latch', argumentName: 'guarded|compat', defaultText: 'guarded' },
    'How media addresses are learned. guarded: whoever comes first is heard, evidence decides who is the party, and nobody can ' +
      'displace that one; compat: as in the C daemon, where the first packet from anywhere decides.',
    (draft, value) => {
      draft.latch = values.latchMode(value);
    },
  ),

  setting({ short: 'r', key: 'record_dir', argumentName: 'DIR' }, 'Directory for recordings.', (draft, value) => {
    draft.recordDirectory = value;
  }),
  setting(
    { short: 'S', key: 'spool_dir', argumentName: 'DIR' },
    'Write recordings into this directory, and move them into that of -r when they are complete.',
    (draft, value) => {
      draft.spoolDirectory = value;
    },
  ),
  flag({ short: 'P', key: 'pcap' }, 'Record in pcap format.', (draft) => {
    draft.pcap = true;
  }),
  setting(
    { long: 'record-format', argumentName: RECORD_FORMATS.join('|'), defaultText: 'adhoc; pcap with -P' },
    'Format of recordings. adhoc: that of extractaudio; pcap: as with -P; wav: sound, one file for both parties, the caller on ' +
      'the left. What cannot become sound is recorded beside it, as pcap with -P.',
    (draft, value) => {
      draft.recordFormat = values.recordFormat(value);
    },
  ),
  flag({ short: 'a', key: 'record_all' }, 'Record every session.', (draft) => {
    draft.recordAll = true;
  }),
  setting(
    { long: 'call-records', argumentName: 'FILE|syslog|-' },
    'Write a record of every call that ends, an object of JSON on a line, at the end of FILE, to syslog, or with - to standard ' +
      'output, which needs -f. FILE is opened again when it has been renamed, and by SIGURG.',
    (draft, value) => {
      draft.callRecords = values.recordTarget(draft, value);
    },
  ),
  flag({ short: 'R', key: 'no_rtcp_recording' }, 'Do not record and copy RTCP.', (draft) => {
    draft.recordRtcp = false;
  }),
  setting(
    { long: 'recording-done', argumentName: 'COMMAND' },
    'Run a program for each file of a recording that is complete and in the directory of -r: its path, and arguments with blanks ' +
      'between. No shell looks at it. RTPP_FILE, RTPP_CALL_ID and more are in its environment.',
    (draft, value) => {
      draft.recordingDone = values.program(draft, value, '--recording-done');
    },
  ),
  setting(
    { long: 'recording-done-timeout', argumentName: 'SECONDS', defaultText: '300' },
    'A program of --recording-done that runs for so long is ended, with those that it has started; 1 to 86400.',
    (draft, value) => {
      draft.recordingDoneTimeout = values.programTimeout(value);
    },
  ),
  setting(
    { long: 'dso', argumentName: 'PATH', repeatable: true },
    'Load a module by the path that it has in the C daemon: rtpp_NAME.so stands for the module NAME, wherever that is.',
    (draft, what) => {
      draft.modules.push({ by: 'dso', what });
    },
  ),
  setting(
    { long: 'module', argumentName: 'NAME|PACKAGE|PATH', repeatable: true },
    'Load a module: acct_csv, catch_dtmf, or the ES module of somebody else, as a path that begins with . or / or as the name of ' +
      'a package. Given again it is another instance. A module with settings, such as acct_rtcp_hep, has a section in ' +
      'modules { } of the configuration file.',
    (draft, what) => {
      draft.modules.push({ by: 'module', what });
    },
  ),
  flag(
    { long: 'hep-quality' },
    'acct_rtcp_hep also sends reports of the quality of every stream: every 5 s, and at its end.',
    (draft) => {
      draft.hep.quality = true;
    },
  ),
  flag(
    { long: 'hep-split' },
    'acct_rtcp_hep sends a packet for each report block, which is what HOMER reads of a packet, instead of one for all.',
    (draft) => {
      draft.hep.split = true;
    },
  ),
  setting(
    { long: 'hep-key-file', argumentName: 'FILE' },
    'The first line of the file is the key by which the collectors of acct_rtcp_hep know the daemon.',
    (draft, file) => {
      draft.hep.keyFile = values.filePath(draft, file);
    },
  ),
  setting(
    { long: 'config', argumentName: 'FILE' },
    'Configuration file of KEY = VALUE lines; what is said about each option has its key. The command line wins over it.',
    (draft, file) => {
      draft.configFile = values.filePath(draft, file);
    },
  ),
];
