import type { ForwarderState } from '../../src/forward/forwarder.ts'
import type { ProcessHealth } from '../../src/health/state.ts'

/** 20 November 2026, 10:00 UTC: where the clock of the test Io stands. */
export const NOW = Date.UTC(2026, 10, 20, 10)

/** The state of a process that has seen nothing yet. */
export function healthOf(changes: Partial<ProcessHealth> = {}): ProcessHealth {
  return {
    format: 1, version: '1.2.3', pid: 812, part: '0001', startedAt: NOW - 3_600_000, stateAt: NOW - 5_000,
    lines: [], lineBytes: 0, problems: [], devices: [], otherDevicesLines: 0, destinations: [],
    ...changes,
  }
}

export function forwarderState(changes: Partial<ForwarderState> = {}): ForwarderState {
  return { condition: 'working', reason: undefined, delivered: 0, rejected: 0, retries: 0, ...changes }
}
