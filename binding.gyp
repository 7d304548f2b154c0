{
  "target_defaults": {
    "include_dirs": ["native"],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++20", "-fvisibility=hidden"]
  },
  "targets": [
    {
      "target_name": "rtpproxy_engine",
      "type": "static_library",
      "sources": [
        "native/control/command_key.cc",
        "native/control/control_io.cc",
        "native/control/control_datagram.cc",
        "native/control/reply_cache.cc",
        "native/control/request_book.cc",
        "native/engine/batch_window.cc",
        "native/engine/engine.cc",
        "native/engine/engine_forking.cc",
        "native/engine/engine_legs.cc",
        "native/engine/engine_playback.cc",
        "native/engine/engine_recording.cc",
        "native/engine/engine_reports.cc",
        "native/engine/fork.cc",
        "native/engine/playout.cc",
        "native/engine/relay.cc",
        "native/engine/reporter.cc",
        "native/engine/session.cc",
        "native/engine/tap.cc",
        "native/engine/tap_book.cc",
        "native/engine/worker.cc",
        "native/engine/worker_commands.cc",
        "native/io/backend.cc",
        "native/io/bpf.cc",
        "native/io/datagram.cc",
        "native/io/media_socket.cc",
        "native/io/port_range.cc",
        "native/io/port_sockets.cc",
        "native/io/send_error.cc",
        "native/io/shared_io.cc",
        "native/io/shared_io_check.cc",
        "native/io/shared_lane.cc",
        "native/io/sockets_io.cc",
        "native/io/source_cache.cc",
        "native/io/steered_ports.cc",
        "native/io/steering.cc",
        "native/latch/compat.cc",
        "native/latch/evidence.cc",
        "native/latch/guarded.cc",
        "native/latch/guarded_rtcp.cc",
        "native/latch/judge.cc",
        "native/latch/latch.cc",
        "native/latch/places.cc",
        "native/latch/proof.cc",
        "native/latch/reach.cc",
        "native/play/player.cc",
        "native/play/player_queue.cc",
        "native/rtp/analyzer.cc",
        "native/rtp/framing.cc",
        "native/rtp/jitter.cc",
        "native/rtp/packet.cc",
        "native/rtp/resizer.cc",
        "native/rtp/resizer_queue.cc",
        "native/rtp/seq_series.cc",
        "native/sinks/record_adhoc.cc",
        "native/sinks/record_pcap.cc",
        "native/sinks/record_queue.cc",
        "native/sinks/writer.cc"
      ]
    },
    {
      "target_name": "rtpproxy_native",
      "dependencies": [
        "rtpproxy_engine",
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api"
      ],
      "defines": [
        "NAPI_VERSION=9",
        "NODE_ADDON_API_DISABLE_DEPRECATED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "sources": [
        "native/addon/args.cc",
        "native/addon/control_wrap.cc",
        "native/addon/engine_wrap.cc",
        "native/addon/engine_wrap_backend.cc",
        "native/addon/engine_wrap_forking.cc",
        "native/addon/engine_wrap_legs.cc",
        "native/addon/engine_wrap_playback.cc",
        "native/addon/engine_wrap_recording.cc",
        "native/addon/module.cc",
        "native/addon/system.cc",
        "native/addon/wakeup.cc"
      ]
    }
  ]
}
