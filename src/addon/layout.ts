/** A number of a packed record, or so many in a row. */
export type FieldType = Scalar | `${number} ${Scalar}`;
type Scalar = 'float64' | 'uint8' | 'uint16' | 'uint32' | 'int32';

const BYTES: Readonly<Record<Scalar, number>> = { float64: 8, uint8: 1, uint16: 2, uint32: 4, int32: 4 };

const READ: Readonly<Record<Scalar, (bytes: Buffer, at: number) => number>> = {
  float64: (bytes, at) => bytes.readDoubleLE(at),
  uint8: (bytes, at) => bytes.readUInt8(at),
  uint16: (bytes, at) => bytes.readUInt16LE(at),
  uint32: (bytes, at) => bytes.readUInt32LE(at),
  int32: (bytes, at) => bytes.readInt32LE(at),
};

interface Field {
  readonly type: FieldType;
  /** From the start of the record, and how many. */
  readonly offset: number;
  readonly bytes: number;
  /** Reads it, or the first one of a row, from a record that begins at `record`. */
  readonly read: (bytes: Buffer, record: number) => number;
}

/** Where the fields of a packed record lie. */
export interface Layout<Name extends string> {
  readonly size: number;
  readonly fields: Readonly<Record<Name, Field>>;
}

/**
 * The layout that a C++ compiler gives a struct with these fields: each at the next multiple of its alignment, little-endian
 * numbers.
 */
export function layoutOf<Name extends string>(types: Readonly<Record<Name, FieldType>>): Layout<Name> {
  const fields: [string, Field][] = [];
  let end = 0;
  let alignment = 1;
  for (const [name, type] of Object.entries<FieldType>(types)) {
    const { scalar, count } = parse(type);
    const width = BYTES[scalar];
    const offset = roundUp(end, width);
    const read = READ[scalar];
    fields.push([name, { type, offset, bytes: count * width, read: (bytes, record) => read(bytes, record + offset) }]);
    end = offset + count * width;
    alignment = Math.max(alignment, width);
  }
  return { size: roundUp(end, alignment), fields: Object.fromEntries(fields) as Record<Name, Field> };
}

/** One line per field and one for the end, to be compared with what the addon says. */
export function describeLayout({ size, fields }: Layout<string>): string[] {
  return [...Object.entries(fields).map(([name, { offset, type }]) => `${offset}: ${type} ${name}`), `${size}: end`];
}

function parse(type: FieldType): { scalar: Scalar; count: number } {
  const [last = '', count = '1'] = type.split(' ').reverse();
  return { scalar: last as Scalar, count: Number(count) };
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
