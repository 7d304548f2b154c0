import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArgumentKind, GetoptError, getopt } from '../../../src/config/getopt.ts';

interface Row {
  readonly short?: string;
  readonly long?: string;
  readonly argument: ArgumentKind;
}

const TABLE: readonly Row[] = [
  { short: 'f', argument: 'none' },
  { short: 'F', argument: 'none' },
  { short: 'V', argument: 'none' },
  { short: 't', argument: 'required' },
  { short: 'o', argument: 'optional' },
  { long: 'bridge_symmetric', argument: 'none' },
  { long: 'nice', argument: 'required' },
  { long: 'no_resolve', argument: 'none' },
  { long: 'no_redirect', argument: 'none' },
  { long: 'overload_prot', argument: 'optional' },
  { long: 'over', argument: 'none' },
];

/** `name=value` for options, `<text>` for operands, and the message of the error that ended the walk. */
function walk(args: readonly string[], posixlyCorrect = false): string {
  const seen: string[] = [];
  try {
    for (const step of getopt(args, TABLE, posixlyCorrect)) {
      const name = step.option === undefined ? undefined : (step.option.short ?? step.option.long);
      seen.push(name === undefined ? `<${step.value}>` : step.value === undefined ? name : `${name}=${step.value}`);
    }
  } catch (error) {
    assert(error instanceof GetoptError);
    seen.push(`! ${error.message}`);
  }
  return seen.join(' ');
}

// The expected texts are what getopt_long of glibc 2.36 did with the same options.
const CASES: readonly (readonly [args: string[], expected: string])[] = [
  [[], ''],
  [['-fFV'], 'f F V'],
  [['x', '-f', 'y', '--', '-V', 'z'], '<x> f <y> <-V> <z>'],
  [['-t', '-1'], 't=-1'],
  [['-t5'], 't=5'],
  [['-ft5F'], 'f t=5F'],
  [['-t', '--'], 't=--'],
  [['-t', ''], 't='],
  [['-t'], "! option requires an argument -- 't'"],
  [['-ft'], "f ! option requires an argument -- 't'"],
  [['-oX', '-o', 'X'], 'o=X o <X>'],
  [['--nice=5', '--ni', '5'], 'nice=5 nice=5'],
  [['--nice', '-1'], 'nice=-1'],
  [['--nice='], 'nice='],
  [['--nice'], "! option '--nice' requires an argument"],
  [['--ni'], "! option '--nice' requires an argument"],
  [['--no'], "! option '--no' is ambiguous; possibilities: '--no_resolve' '--no_redirect'"],
  [['--no=3'], "! option '--no=3' is ambiguous; possibilities: '--no_resolve' '--no_redirect'"],
  [['--nope=3'], "! unrecognized option '--nope=3'"],
  [['--no_res'], 'no_resolve'],
  [['--bridge=1'], "! option '--bridge_symmetric' doesn't allow an argument"],
  [['--overload_prot', 'X'], 'overload_prot <X>'],
  [['--overl=X'], 'overload_prot=X'],
  [['--overload_prot='], 'overload_prot='],
  [['--over'], 'over'],
  [['-'], '<->'],
  [['--'], ''],
  [[''], '<>'],
  [['-x'], "! invalid option -- 'x'"],
  [['-fxF'], "f ! invalid option -- 'x'"],
  [['-?'], "! invalid option -- '?'"],
  [['-:'], "! invalid option -- ':'"],
  [['-f-'], "f ! invalid option -- '-'"],
];

test('the rules of getopt_long', async (t) => {
  for (const [args, expected] of CASES) {
    await t.test(JSON.stringify(args), () => assert.equal(walk(args), expected));
  }
});

test('POSIXLY_CORRECT ends the options at the first operand', () => {
  assert.equal(walk(['-f', 'x', '-F', '--', '-V'], true), 'f <x> <-F> <--> <-V>');
});

test('a consumer that stops does not meet a later error', () => {
  const steps = getopt(['-f', '-x'], TABLE, false);
  assert.equal(steps.next().done, false);
  steps.return();
  assert.equal(steps.next().done, true);
});
