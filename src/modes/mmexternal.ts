import type { Service } from '../io.ts'
import { filter, type FilterOptions, type FilterStreams } from './filter.ts'

/**
 * rsyslog's mmexternal: for each line one JSON object, whose members rsyslog merges into the message. The record goes to `$!`, so
 * that a template prints it as `%$!all-json%` and a field as `%$!event!action%`. If this program dies, messages pass on without a record.
 */
export async function mmexternal(options: FilterOptions, io: FilterStreams & { readonly service: Service }): Promise<void> {
  // There is nothing to reopen, but a hang-up must not end the program either.
  io.service.onHangup(() => undefined)
  await filter({ ...options, wrap: (record) => '{"$!":' + record + '}' }, io)
}
