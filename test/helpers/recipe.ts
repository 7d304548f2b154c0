import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CONTROLLERS = fileURLToPath(new URL('../../docs/controllers.md', import.meta.url));

/** The configuration that docs/controllers.md has for a SIP server. */
export function recipeFor(server: 'kamailio' | 'opensips'): string {
  const recipe = new RegExp(`^\`\`\`${server}\\n(.*?)^\`\`\``, 'ms').exec(readFileSync(CONTROLLERS, 'utf8'))?.[1];
  if (recipe === undefined) throw new Error(`docs/controllers.md has nothing for ${server}`);
  return recipe;
}
