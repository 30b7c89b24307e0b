import { fromBytes, isValidUtf8, toBytes, type ByteString } from '../lib/bytes.ts'
import { printableText } from '../lib/printable.ts'
import type { DeviceHealth } from './state.ts'

export interface DevicesOptions {
  /** Most devices that are followed. */
  readonly limit: number
  /** Those of the process before. */
  readonly known: readonly DeviceHealth[]
}

/** A device that is followed. */
export interface Device extends DeviceHealth {
  /** When its clock was last compared, milliseconds since 1970. */
  comparedAt: number
}

/** The devices that lines come from. Their names come from the network: nothing that is sent may fill the memory. */
export interface Devices {
  /** The device of that name, perhaps a new one; `undefined` if it is not followed. Milliseconds since 1970. */
  find(name: ByteString, receivedAt: number): Device | undefined
  list(): DeviceHealth[]
}

/** Length of a domain name (RFC 1035), and of HOSTNAME in RFC 5424. */
const LONGEST_NAME = 255
/** Only where there is no room, the devices that were silent for so long are forgotten, looked for once in so long; milliseconds. */
const FORGET_AFTER = 24 * 3_600_000
const LOOK_EVERY = 60_000

export function createDevices({ limit, known }: DevicesOptions): Devices {
  const devices = new Map<ByteString, Device>()
  for (const device of known.slice(0, limit)) devices.set(toBytes(device.name), { ...device, comparedAt: 0 })
  let lookedAt = 0

  const hasRoom = (now: number): boolean => {
    if (devices.size < limit) return true
    if (Math.abs(now - lookedAt) < LOOK_EVERY) return false
    lookedAt = now
    for (const [name, { lastLineAt }] of devices) if (now - lastLineAt > FORGET_AFTER) devices.delete(name)
    return devices.size < limit
  }

  return {
    find(name, receivedAt) {
      const found = devices.get(name)
      if (found !== undefined || !hasRoom(receivedAt) || !isPlausible(name)) return found
      const device: Device = {
        name: fromBytes(name),
        lastLineAt: receivedAt,
        clockDifference: undefined,
        stops: 0,
        starts: 0,
        lastStopAt: undefined,
        lastStartAt: undefined,
        gap: false,
        comparedAt: 0,
      }
      // The name is a slice that would keep its whole line in memory; a copy does not.
      devices.set(toBytes(device.name), device)
      return device
    },
    list() {
      return [...devices.values()].map(({ comparedAt: _, ...device }) => device)
    },
  }
}

/**
 * False for what is no name of a device. With names that can be shown as they are, different devices have different labels;
 * Prometheus refuses all series where two are the same.
 */
function isPlausible(name: ByteString): boolean {
  if (name.length > LONGEST_NAME || !isValidUtf8(name)) return false
  const text = fromBytes(name)
  return printableText(text) === text
}
