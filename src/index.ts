// The programmatic interface. Importing it has no side effects.
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
export { BASIC_VERSION, FEATURES, type Feature, supportsFeature } from './protocol/capabilities.ts';
export { QUERY_NAMES, type QueryName, STATS_NAMES, type StatsName } from './protocol/statistics.ts';
