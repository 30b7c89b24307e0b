import { createEncoder } from '../../src/encode/record.ts'
import type { Event } from '../../src/event.ts'
import { allFields } from '../../src/fields/index.ts'
import { toBytes, fromBytes } from '../../src/lib/bytes.ts'
import { createPipeline, type Reception } from '../../src/pipeline.ts'
import { createZones } from '../../src/zones.ts'

/** A fixed moment, so that inferred years and receive times are the same in every run. */
export const NOW = Date.UTC(2026, 10, 20, 12)
export const reception: Reception = { at: NOW, reference: NOW, repaired: false }

/** A pipeline on a collector in Rome. */
export function testPipeline(options: { zone?: string; keepOriginal?: boolean } = {}) {
  return createPipeline({
    zones: createZones({ local: () => 'Europe/Rome', default: options.zone }),
    keepOriginal: options.keepOriginal ?? false,
    wanted: () => true,
  })
}

const ecs = createEncoder({ format: 'ecs' })
const flat = createEncoder({ format: 'flat' })

/** The record of an event as JSON.parse gives it. */
export function recordOf(event: Event): Record<string, unknown> {
  return JSON.parse(fromBytes(ecs(event))) as Record<string, unknown>
}

/** The record with dotted keys. */
export function flatRecordOf(event: Event): Record<string, unknown> {
  return JSON.parse(fromBytes(flat(event))) as Record<string, unknown>
}

/** One line of ordinary text through a fresh pipeline, to its flat record. */
export function flatRecord(line: string, options: { zone?: string; keepOriginal?: boolean } = {}): Record<string, unknown> {
  return flatRecordOf(testPipeline(options)(toBytes(line), reception))
}

export const fieldNames: ReadonlySet<string> = new Set(allFields.map((field) => field.name))
