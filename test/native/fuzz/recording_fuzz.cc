// Recordings. An input that begins with an odd byte is a file, and what its reader makes sense of must survive being
// written and read again. Any other is a list of packets that go through the queue and an encoder into a file, from
// which exactly they must come back.
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "../recording_reader.h"
#include "fuzz.h"
#include "sinks/record_adhoc.h"
#include "sinks/record_pcap.h"
#include "sinks/record_queue.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint32_t kMaxPayload = 8192;
/** Small, so that it is full soon. */
constexpr size_t kQueueBytes = 16384;
/** Never looked into: the queue only hands it back. */
RecordFile* const kFile = reinterpret_cast<RecordFile*>(0x1000);

size_t header_size(RecordFormat format, const RecordedPacket& packet) {
  return format == RecordFormat::kPcap ? pcap_header_size(packet.source.family) : kAdhocHeader;
}

void encode(RecordFormat format, const RecordedPacket& packet, uint16_t id, uint8_t* out) {
  if (format == RecordFormat::kPcap) {
    encode_pcap_header(packet, id, out);
  } else {
    encode_adhoc_header(packet, out);
  }
  if (packet.len > 0) std::memcpy(out + header_size(format, packet), packet.data, packet.len);
}

bool next(RecordFormat format, RecordingReader* reader, ReadRecord* out) {
  return format == RecordFormat::kPcap ? reader->pcap(out) : reader->adhoc(out);
}

void check_equal(RecordFormat format, const ReadRecord& read, const RecordedPacket& packet) {
  MUST(read.source == packet.source);
  if (format == RecordFormat::kPcap && packet.dest.empty()) {
    MUST(read.dest.wildcard() && read.dest.port == 0);
  } else if (format == RecordFormat::kPcap) {
    MUST(read.dest == packet.dest);
  }
  MUST(read.wall_us == packet.wall_us);
  MUST(read.len == packet.len);
  MUST(packet.len == 0 || std::memcmp(read.payload, packet.data, packet.len) == 0);
}

void read_file(RecordFormat format, const uint8_t* data, size_t size) {
  RecordingReader reader(data, size);
  if (format == RecordFormat::kPcap && !reader.pcap_file_header()) return;
  ReadRecord record;
  while (!reader.at_end() && next(format, &reader, &record)) {
    const RecordedPacket packet{record.payload, record.len, record.source, record.dest, record.wall_us};
    Bytes again(header_size(format, packet) + packet.len);
    encode(format, packet, 0, again.data());
    RecordingReader second(again.data(), again.size());
    ReadRecord copy;
    MUST(next(format, &second, &copy) && second.at_end());
    check_equal(format, copy, packet);
  }
}

/** Packets on their way through a queue into a file. */
class Pipe {
 public:
  explicit Pipe(RecordFormat format) : format_(format) {
    int error = 0;
    queue_ = RecordQueue::create(kQueueBytes, &error);
    MUST(queue_ != nullptr);
    if (format != RecordFormat::kPcap) return;
    const std::span<const uint8_t> header = pcap_file_header();
    file_.assign(header.begin(), header.end());
  }

  void add(const RecordedPacket& packet, uint16_t id) {
    const size_t size = header_size(format_, packet) + packet.len;
    const size_t footprint = RecordQueue::footprint(size);
    QueuedRecord* record = queue_->reserve({kFile, static_cast<uint32_t>(size)});
    if (record == nullptr) {
      // In an empty queue there is room for everything that fits at all.
      MUST(!waiting_.empty() || footprint > kQueueBytes);
      return;
    }
    MUST(record->size == size);
    encode(format_, packet, id, record->data());
    queue_->commit();
    waiting_.emplace_back(record->data(), record->data() + size);
    kept_.push_back({Bytes(packet.data, packet.data + packet.len), packet});
  }

  /** The disk thread looks at what waits now; what is added from here on it leaves for the next time. */
  void begin() {
    if (begun_ > 0) return;
    queue_->begin();
    begun_ = waiting_.size();
  }

  /** It writes what it has looked at. */
  void finish() {
    begin();
    while (QueuedRecord* record = queue_->next()) {
      MUST(begun_ > 0 && record->file == kFile && record->size == waiting_.front().size());
      MUST(queue_->at(queue_->place(record)) == record);
      MUST(std::memcmp(record->data(), waiting_.front().data(), record->size) == 0);
      file_.insert(file_.end(), record->data(), record->data() + record->size);
      waiting_.pop_front();
      --begun_;
    }
    MUST(begun_ == 0);
    queue_->release();
  }

  /** Everything that found room is in the file, as it was. */
  void check() {
    finish();
    finish();
    MUST(waiting_.empty());
    RecordingReader reader(file_.data(), file_.size());
    if (format_ == RecordFormat::kPcap) MUST(reader.pcap_file_header());
    for (auto& [payload, packet] : kept_) {
      packet.data = payload.data();
      ReadRecord record;
      MUST(next(format_, &reader, &record));
      check_equal(format_, record, packet);
    }
    MUST(reader.at_end());
  }

 private:
  struct Kept {
    Bytes payload;
    RecordedPacket packet;
  };

  const RecordFormat format_;
  std::unique_ptr<RecordQueue> queue_;
  std::deque<Bytes> waiting_;
  /** How many of them the disk thread has looked at. */
  size_t begun_ = 0;
  std::vector<Kept> kept_;
  Bytes file_;
};

Endpoint endpoint(fuzz::Input* in, bool v6) {
  Endpoint endpoint;
  endpoint.family = v6 ? 6 : 4;
  endpoint.port = in->u16();
  size_t len = v6 ? 16 : 4;
  const uint8_t* ip = in->bytes(&len);
  if (len > 0) std::memcpy(endpoint.ip, ip, len);
  return endpoint;
}

void write_file(RecordFormat format, fuzz::Input* in) {
  Pipe pipe(format);
  for (int step = 0; step < 64 && !in->empty(); ++step) {
    const uint8_t kind = in->u8();
    if ((kind & 3) == 3) {
      if ((kind & 4) != 0) {
        pipe.begin();
      } else {
        pipe.finish();
      }
      continue;
    }
    const bool v6 = (kind & 4) != 0;
    RecordedPacket packet{};
    packet.source = endpoint(in, v6);
    // Now and then it is unknown.
    if ((kind & 8) == 0) packet.dest = endpoint(in, v6);
    packet.wall_us = int64_t{in->u32() & 0x7fffffff} * 1'000'000;
    packet.wall_us += in->u32() % 1'000'000;
    // The payload is what follows, over and over.
    packet.len = in->u16() % (kMaxPayload + 1);
    size_t pattern = 1 + (kind >> 4);
    const uint8_t* bytes = in->bytes(&pattern);
    Bytes payload(packet.len);
    for (size_t i = 0; i < payload.size() && pattern > 0; ++i) payload[i] = bytes[i % pattern];
    packet.data = payload.data();
    pipe.add(packet, static_cast<uint16_t>(step * 911));
  }
  pipe.check();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  const uint8_t kind = in.u8();
  const RecordFormat format = (kind & 2) != 0 ? RecordFormat::kPcap : RecordFormat::kAdhoc;
  if ((kind & 1) != 0) {
    read_file(format, data + 1, size - 1);
  } else {
    write_file(format, &in);
  }
  return 0;
}
