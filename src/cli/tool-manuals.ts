import { EXTRACTAUDIO_OPTIONS, EXTRACTAUDIO_SUMMARY } from '../tools/extractaudio-options.ts';
import { MAKEANN_OPTIONS, MAKEANN_SUMMARY } from '../tools/makeann-options.ts';
import { manualPage } from './roff.ts';
import { toolSynopsis } from './tool-synopsis.ts';

const LIBRARIES =
  'G.711, G.722, and WAV, W64, AU and RAW files with PCM, floating point, u-law or A-law need nothing else. GSM needs libgsm, ' +
  'G.729 bcg729, other files and encodings libsndfile; they are loaded when they are needed (Debian: libgsm1, libbcg729-0, ' +
  'libsndfile1).';

const WAV =
  'A WAV file begins with RIFF....WAVE. It may have PCM of 8, 16, 24 or 32 bits, floating point, u-law or A-law, also as ' +
  'WAVE_FORMAT_EXTENSIBLE. Its channels are mixed in equal parts, and another rate than 8 kHz is resampled.';

/** The page makeann(1). */
export function makeannManual(version: string): string {
  return manualPage({
    name: 'makeann',
    section: 1,
    version,
    summary: 'encode prompts for rtpproxy',
    sections: [
      { title: 'SYNOPSIS', blocks: [{ literal: 'makeann [-l SAMPLES [-L]] [OPTION]... INFILE [TEMPLATE]' }] },
      { title: 'DESCRIPTION', blocks: [MAKEANN_SUMMARY, WAV, LIBRARIES] },
      { title: 'OPTIONS', blocks: [{ terms: MAKEANN_OPTIONS.map((option) => [toolSynopsis(option), option.help]) }] },
      {
        title: 'EXIT STATUS',
        blocks: [
          {
            terms: [
              ['0', 'All files were written.'],
              ['1', 'The command line is wrong, or a file cannot be read or written; standard error says which.'],
              [
                '2',
                'The library of a codec that --codecs names is missing, or the addon of this package; nothing was written.',
              ],
            ],
          },
        ],
      },
      {
        title: 'EXAMPLES',
        blocks: [{ literal: 'makeann hold.wav /var/lib/prompts/hold\nmakeann -l 80000 -L ring.sln' }],
      },
      { title: 'SEE ALSO', blocks: ['extractaudio(1), rtpproxy(8)'] },
    ],
  });
}

/** The page extractaudio(1). */
export function extractaudioManual(version: string): string {
  return manualPage({
    name: 'extractaudio',
    section: 1,
    version,
    summary: 'turn recordings of rtpproxy into audio files',
    sections: [
      {
        title: 'SYNOPSIS',
        blocks: [
          {
            literal:
              'extractaudio [OPTION]... RDIR OUTFILE [LINK]...\n' +
              'extractaudio [OPTION]... [-A FILE] [-B FILE] OUTFILE [LINK]...\n' +
              'extractaudio -S [-A FILE] [-B FILE]\n' +
              'extractaudio -S RDIR',
          },
        ],
      },
      {
        title: 'DESCRIPTION',
        blocks: [
          EXTRACTAUDIO_SUMMARY,
          LIBRARIES,
          'What the recordings have is printed on standard output, what was decoded on standard error. OUTFILE - is standard ' +
            'output, which then gets nothing but the audio; only AU, RAW and WAV go there.',
        ],
      },
      {
        title: 'OPTIONS',
        blocks: [{ terms: EXTRACTAUDIO_OPTIONS.map((option) => [toolSynopsis(option), option.help]) }],
      },
      {
        title: 'EXIT STATUS',
        blocks: [
          {
            terms: [
              ['0', 'The audio file is complete, or nothing was there to be decoded, or the packets were counted.'],
              ['1', 'The command line is wrong, a recording cannot be read, or a key is wrong.'],
              [
                '2',
                'The audio file cannot be written, or a library that it or the recordings need is missing, or the addon of this ' +
                  'package; the recordings stay, also with -d.',
              ],
            ],
          },
        ],
      },
      {
        title: 'EXAMPLES',
        blocks: [
          {
            literal:
              'extractaudio -s -D pcm_16 /var/spool/rtpproxy/CALL-ID=TAG call.wav\n' +
              'extractaudio -F au -D ulaw -A call.a.rtp -B call.o.rtp - | play -t au -',
          },
        ],
      },
      { title: 'SEE ALSO', blocks: ['makeann(1), rtpproxy(8)'] },
    ],
  });
}
