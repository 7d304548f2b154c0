import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from './answer.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/** The page and its parts by their path in a URL: those that lay in the folder when it was read, whatever a request names. */
export type PageFiles = ReadonlyMap<string, Answer>;

/** Reads the files of the page, of the types that a browser needs; without the folder there is none. `folder` ends with `/`. */
export function readPageFiles(folder: URL): PageFiles {
  const files = new Map<string, Answer>();
  for (const name of list(folder)) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(new URL(name, folder));
    const tag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    // A browser keeps it, and asks each time whether it is still the same.
    const answer = { status: 200, type, body, headers: { 'Cache-Control': 'no-cache', ETag: tag } };
    files.set(`/${name}`, answer);
    if (name === 'index.html') files.set('/', answer);
  }
  return files;
}

function list(folder: URL): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(fileURLToPath(folder), path.join(entry.parentPath, entry.name)));
}
