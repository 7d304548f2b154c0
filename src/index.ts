// The programmatic interface. Importing it has no side effects.
export { BASIC_VERSION, FEATURES, type Feature, supportsFeature } from './protocol/capabilities.ts';
