import { Delivery, openDelivery } from './delivery.ts'
import type { DeliveryOptions } from './delivery.ts'
import { failure } from './faults.ts'
import { Lock, takeLock } from './lock.ts'
import { listParts } from './part.ts'
import { recoverEnd } from './recovery.ts'

/** The parts that were adopted now. */
export interface Adopted {
  readonly deliveries: readonly Delivery[]
  /** What was found or could not be done, one line each; the notices of the deliveries are among them. */
  readonly notices: readonly string[]
}

/**
 * Adopts every part whose owner is dead: to be drained, and then removed (`isDrained`, `remove`). The lock goes to one of
 * several who ask, and to the next one if that one dies too. To be called after `openJournal`, which may go on in one of them,
 * and every so often. Asking costs some milliseconds a part.
 */
export function adoptParts(journal: string, options: DeliveryOptions): Adopted {
  const deliveries: Delivery[] = []
  const notices: string[] = []
  try {
    for (const part of listParts(journal)) {
      const lock = takeLock(part)
      if (lock instanceof Lock) {
        const delivery = adopt(part, lock, options, notices)
        if (delivery !== undefined) deliveries.push(delivery)
      } else if (typeof lock === 'object') {
        notices.push(lock.failed)
      }
    }
  } catch (error) {
    notices.push(failure(error, `looking for parts in journal ${journal}`).failed)
  }
  return { deliveries, notices }
}

function adopt(part: string, lock: Lock, options: DeliveryOptions, notices: string[]): Delivery | undefined {
  try {
    const end = recoverEnd(part)
    const delivery = openDelivery(part, options, { lock })
    if (delivery instanceof Delivery) {
      notices.push(`journal ${part}: its owner is dead; delivering what it left`, ...end.notices, ...delivery.notices)
      return delivery
    }
    notices.push(delivery.failed)
  } catch (error) {
    notices.push(failure(error, `adopting journal ${part}`).failed)
  }
  lock.release()
  return undefined
}
