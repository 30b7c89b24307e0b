import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'

const WORDS = [F['user.name'], F['event.action'], F['event.outcome'], F['file.path'], F['source.ip']] as const

/** One line of an event for people: its free text, or the line where it was kept, or else who did what to what from where. */
export function summaryOf(event: Event): ByteString {
  const text = event.get(F.message) ?? event.get(F['event.original'])
  if (text !== undefined) return text
  let summary = ''
  for (const field of WORDS) {
    const value = event.get(field)
    if (value !== undefined) summary += summary === '' ? value : ' ' + value
  }
  return summary === '' ? (event.get(F['event.dataset']) ?? 'event') : summary
}
