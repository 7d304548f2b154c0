#!/usr/bin/env node
import { runExtractaudio } from '../tools/extractaudio.ts';
import { processHost } from './tool-process.ts';

const posixlyCorrect = process.env.POSIXLY_CORRECT !== undefined;
process.exitCode = await runExtractaudio(process.argv.slice(2), posixlyCorrect, processHost('extractaudio'));
