import type { Check } from './scenario.ts';
import type { Substitution } from './substitution.ts';

/** Whether a check over the variables is met, and the values it was about. */
export function evaluate(check: Check, { variables }: Substitution): { met: boolean; values: readonly number[] } {
  const value = (operand: string | number): number => {
    const number = Number(typeof operand === 'string' ? variables.get(operand) : operand);
    if (Number.isNaN(number)) throw new Error(`variable ${operand} is no number`);
    return number;
  };
  if ('even' in check) {
    const values = [check.even].flat().map(value);
    return { met: values.every((one) => one % 2 === 0), values };
  }
  if ('range' in check) {
    const [low, high] = [check.range[1], check.range[2]];
    const number = value(check.range[0]);
    return { met: number >= low && number <= high, values: [number] };
  }
  if ('ne' in check) {
    const values = check.ne.map(value);
    return { met: new Set(values).size === values.length, values };
  }
  const values = check.eq.map(value);
  return { met: new Set(values).size === 1, values };
}
