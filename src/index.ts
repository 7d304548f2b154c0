// The programmatic interface. Importing it has no side effects.
export { type DecodedRecording, type DecodeRecordingOptions, decodeRecording } from './audio/decode-recording.ts';
export { type EncodePromptOptions, encodePrompt, type WrittenPrompt } from './audio/encode-prompt.ts';
export type { Container, Encoding } from './audio/formats.ts';
export { MissingLibraryError } from './audio/missing-library.ts';
export type { PromptCodec } from './audio/prompt-encoders.ts';
export { WavError } from './audio/wav-header.ts';
export { type ReadRecordingOptions, type RecordedPacket, readRecording } from './captures/read-recording.ts';
export {
  type ClientOptions,
  type CommandOptions,
  type MediaReply,
  type QueryReply,
  RtpproxyClient,
} from './client/client.ts';
export {
  RtpproxyConnectionError,
  RtpproxyError,
  type RtpproxyErrorReason,
  RtpproxyReplyError,
  RtpproxyTimeoutError,
} from './client/errors.ts';
export type { Info, Leg, SubCommandResult } from './client/reply.ts';
export type * from './client/requests.ts';
export {
  type DtmfEvent,
  type EndedSession,
  type Module,
  type ModuleDefinition,
  type ModuleServices,
  type ModuleSetting,
  ModuleSettingError,
  type ModuleSettings,
  ModuleStartError,
  type ModuleSubCommand,
  type PacketAddress,
  type WatchedPacket,
} from './modules/module.ts';
export { BASIC_VERSION, FEATURES, type Feature, supportsFeature } from './protocol/capabilities.ts';
export { QUERY_NAMES, type QueryName, STATS_NAMES, type StatsName } from './protocol/statistics.ts';
