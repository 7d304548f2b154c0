#!/usr/bin/env node
import { runMakeann } from '../tools/makeann.ts';
import { processHost } from './tool-process.ts';

const posixlyCorrect = process.env.POSIXLY_CORRECT !== undefined;
process.exitCode = await runMakeann(process.argv.slice(2), posixlyCorrect, processHost('makeann'));
