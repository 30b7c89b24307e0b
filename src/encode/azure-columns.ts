import type { Field, FieldType } from '../fields/declare.ts'

/**
 * The columns of a table in Azure Monitor. Their names may have letters, digits and underscores only, 45 at most, so that the dotted
 * names of ECS cannot be theirs: `source.ip` is `SourceIp`.
 * (https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table; a test compares with the names that Azure reserves.)
 */

/** Types of columns, as a data collection rule and as a table name them. */
export type ColumnType = 'string' | 'datetime' | 'long' | 'boolean' | 'dynamic'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly description: string
}

/** Azure replaces a TimeGenerated that is older than 2 days or more than 1 day ahead: `EventTime` keeps the true one. */
export const TIME_GENERATED: Column = { name: 'TimeGenerated', type: 'datetime', description: 'When it happened; when it arrived, where that is long ago (Azure decides).' }
/** Columns whose values were longer than Azure takes. */
export const CUT_COLUMNS: Column = { name: 'CutColumns', type: 'dynamic', description: 'Names of the columns whose values were cut at 64,000 bytes.' }

const TYPES: Readonly<Record<FieldType, ColumnType>> = {
  keyword: 'string',
  wildcard: 'string',
  match_only_text: 'string',
  ip: 'string',
  date: 'datetime',
  long: 'long',
  boolean: 'boolean',
  flattened: 'dynamic',
  geo_point: 'dynamic',
}

/** The column of a field. */
export function columnOf({ name, type, array, description }: Field): Column {
  return { name: columnName(name), type: array ? 'dynamic' : TYPES[type], description }
}

/** Every column of a table for these fields, in order. */
export function columnsOf(fields: readonly Field[]): Column[] {
  return [TIME_GENERATED, ...fields.map(columnOf), CUT_COLUMNS]
}

function columnName(field: string): string {
  if (field === '@timestamp') return 'EventTime'
  return field.replace(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
