/** What the addon `rtpproxy_codecs` exports (`native/addon/codecs_module.cc`): codecs and files of the system's libraries. */
export interface NativeCodecs {
  /** Why libgsm, bcg729, libsndfile cannot be used; empty when they can. */
  gsmError(): string;
  g729Error(): string;
  soundFileError(): string;
  /** True when libsndfile knows such files; `format` is container and encoding, as sndfile.h numbers them. */
  knowsSoundFormat(format: number, channels: number): boolean;
  readonly NativeGsmEncoder: new () => NativeBlockEncoder;
  readonly NativeGsmDecoder: new () => NativeBlockDecoder;
  readonly NativeG729Encoder: new () => NativeG729Encoder;
  readonly NativeG729Decoder: new () => NativeBlockDecoder;
  readonly NativeSoundFile: new () => NativeSoundFile;
}

/** Encodes as many whole frames as both arrays have. */
export interface NativeBlockEncoder {
  /** How many bytes it made. */
  encode(samples: Int16Array, bytes: Uint8Array): number;
}

export interface NativeG729Encoder extends NativeBlockEncoder {
  /** To be called first. With voice activity detection a frame may be 10, 2 or 0 bytes. */
  start(voiceActivityDetection: boolean): void;
}

/** Decodes as many whole frames as both arrays have. */
export interface NativeBlockDecoder {
  /** How many samples it made. */
  decode(bytes: Uint8Array, samples: Int16Array): number;
}

/** An audio file that is written; each method returns what failed, or an empty text. */
export interface NativeSoundFile {
  open(path: string, format: number, channels: number): string;
  /** Whole frames, channels side by side. */
  write(samples: Int16Array): string;
  close(): string;
}
