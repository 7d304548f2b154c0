#!/usr/bin/env node
import './spare-memory.ts';
import './sigusr1-guard.ts';

// Not a static import: those are all loaded before the first of them runs.
await import('./rtpproxy-process.ts');
