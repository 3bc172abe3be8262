// Looking into a zod schema: what stands at a path of some data, and which keys it allows.

import { z } from 'zod';
import type { Path } from './faults.js';

type Schema = z.core.$ZodType;

/** The keys a map may have at `path` of `value`; [] where any key may stand. */
export function keysAt(schema: Schema, value: unknown, path: Path): readonly string[] {
  const keys = schemasAt(schema, value, path).flatMap((found) =>
    found.schema instanceof z.ZodUnion ? likelyOptions(found.schema, found.value).flatMap(ownKeys) : ownKeys(found.schema),
  );
  return [...new Set(keys)];
}

/**
 * How well each option of the union at `path` fits the keys of the data there, in the order of the options:
 * one for each key that it knows, and far more where its literals agree.
 */
export function optionFits(schema: Schema, value: unknown, path: Path): readonly number[] {
  const found = schemasAt(schema, value, path).find((candidate) => candidate.schema instanceof z.ZodUnion);
  return found?.schema instanceof z.ZodUnion ? found.schema.options.map((option) => likeness(unwrap(option), found.value)) : [];
}

function likeness(option: Schema, value: unknown): number {
  if (option instanceof z.ZodUnion) return Math.max(...option.options.map((inner) => likeness(unwrap(inner), value)));
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const known = ownKeys(option);
  return keys.filter((key) => known.includes(key)).length + (agrees(option, value) ? 100 : 0);
}

interface Found {
  readonly schema: Schema;
  readonly value: unknown;
}

/** Every schema that may stand at `path`: several where unions are passed on the way. */
function schemasAt(schema: Schema, value: unknown, path: Path): readonly Found[] {
  const bare = unwrap(schema);
  const [head, ...rest] = path;
  if (head === undefined) return [{ schema: bare, value }];
  if (bare instanceof z.ZodUnion) {
    const likely = likelyOptions(bare, value).flatMap((option) => schemasAt(option, value, path));
    return likely.length > 0 ? likely : flatOptions(bare).flatMap((option) => schemasAt(option, value, path));
  }
  const inner = child(bare, head);
  return inner === undefined ? [] : schemasAt(inner, part(value, head), rest);
}

/** Without what only says that a value may be absent, or where it comes from. */
export function unwrap(schema: Schema): Schema {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.def.innerType);
  }
  if (schema instanceof z.ZodLazy) return unwrap(schema.def.getter());
  return schema instanceof z.ZodPipe ? unwrap(schema.def.in) : schema;
}

function ownKeys(schema: Schema): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (!(schema instanceof z.ZodRecord)) return [];
  const key = unwrap(schema.def.keyType);
  return key instanceof z.ZodEnum ? key.options.map(String) : [];
}

function child(schema: Schema, key: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
  if (schema instanceof z.ZodArray) return schema.def.element;
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(key)];
  return schema instanceof z.ZodRecord ? schema.def.valueType : undefined;
}

/** The options of a union and of the unions among them. */
function flatOptions(union: z.ZodUnion): readonly Schema[] {
  return union.options.map(unwrap).flatMap((option) => (option instanceof z.ZodUnion ? flatOptions(option) : [option]));
}

/** The options whose literals agree with `value`; else those without literals; else all. */
function likelyOptions(union: z.ZodUnion, value: unknown): readonly Schema[] {
  const options = flatOptions(union);
  const agreeing = options.filter((option) => agrees(option, value));
  if (agreeing.length > 0) return agreeing;
  const free = options.filter((option) => literals(option).length === 0);
  return free.length > 0 ? free : options;
}

function agrees(option: Schema, value: unknown): boolean {
  const keys = literals(option);
  return (
    option instanceof z.ZodObject &&
    keys.length > 0 &&
    keys.every((key) => z.safeParse(option.shape[key] ?? z.never(), part(value, key)).success)
  );
}

function literals(option: Schema): readonly string[] {
  if (!(option instanceof z.ZodObject)) return [];
  return Object.keys(option.shape).filter((key) => option.shape[key] instanceof z.ZodLiteral || option.shape[key] instanceof z.ZodEnum);
}

function part(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}
