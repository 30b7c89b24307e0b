import type { DestinationSettings } from '../config/delivery.ts'
import type { Destination } from './destination.ts'
import { createFileDestination } from './file.ts'

/** Makes a destination of its settings. */
export function createDestination(settings: DestinationSettings, sync: boolean): Destination {
  switch (settings.type) {
    case 'file':
      return createFileDestination({ name: settings.name, path: settings.path, mode: settings.mode, sync })
  }
}
