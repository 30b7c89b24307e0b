import type { Finding } from './lint.ts'
import type { ConfigObject } from './rainerscript.ts'
import { amount, isOn, lineOf } from './settings.ts'

/** Defaults of rsyslog 8 for the queue of an action and of a ruleset (qqueueSetDefaults… in runtime/queue.c). */
const DEFAULTS = {
  action: { size: 1000, batch: 128 },
  ruleset: { size: 50_000, batch: 1024 },
} as const
/** timeoutEnqueue in milliseconds, from which on a short standstill loses nothing. */
const ENQUEUE_TIMEOUT = 30_000

/** What is wrong with the queue in front of an action: its own, or that of its ruleset. */
export function* queueFindings(action: ConfigObject): Generator<Finding> {
  const ruleset = rulesetOf(action)
  if (hasQueue(action)) {
    yield* queueOf(action, DEFAULTS.action, action)
    if (ruleset === undefined || !hasQueue(ruleset)) {
      yield {
        line: lineOf(action, 'queue.type'),
        severity: 'advice',
        text: 'the queue belongs to the action: when it is full, all of rsyslog stands still; give the queue.* settings to a ruleset of its own',
      }
    }
  } else if (ruleset !== undefined && hasQueue(ruleset)) {
    yield* queueOf(ruleset, DEFAULTS.ruleset, action)
  } else {
    yield {
      line: action.line,
      severity: 'loss',
      text: 'no queue of its own: a stop loses what is queued, and all of rsyslog stands still when naslog does; give queue.type, queue.filename and so on to a ruleset of its own',
    }
  }
}

function rulesetOf({ parent }: ConfigObject): ConfigObject | undefined {
  return parent === undefined || parent.kind === 'ruleset' ? parent : rulesetOf(parent)
}

function hasQueue({ parameters }: ConfigObject): boolean {
  const type = parameters.get('queue.type')?.value.toLowerCase()
  return type === undefined ? parameters.has('queue.filename') : type !== 'direct'
}

function* queueOf(queue: ConfigObject, defaults: { size: number; batch: number }, action: ConfigObject): Generator<Finding> {
  const found = (name: string, severity: Finding['severity'], text: string): Finding => ({ line: lineOf(queue, name), severity, text })
  const batch = amount(queue, 'queue.dequeuebatchsize') ?? defaults.batch
  const size = amount(queue, 'queue.size') ?? defaults.size

  if (batch > 1) {
    const text = `queue.dequeueBatchSize is ${batch}: a stop of rsyslogd can lose that many lines while naslog does not answer; set "1"`
    yield found('queue.dequeuebatchsize', 'loss', text)
  }
  if (size <= 1000 && batch >= 128) {
    const text = `queue.size ${size} with a batch of ${batch} never reaches the disk: lines are thrown away when it is full; set "50000"`
    yield found('queue.size', 'loss', text)
  }
  if ((amount(queue, 'queue.workerthreads') ?? 1) > 1 && !isOn(action, 'forcesingleinstance', false)) {
    const text = 'queue.workerThreads above 1 without forceSingleInstance: several naslogs run, and lines lose their order; remove it'
    yield found('queue.workerthreads', 'advice', text)
  }
  yield* enqueueFindings(queue)
  if (queue.parameters.has('queue.filename')) yield* diskFindings(queue, size)
  else yield found('queue.filename', 'loss', 'queue.filename is missing: a stop of rsyslogd loses what is queued; set a name')
}

function* enqueueFindings(queue: ConfigObject): Generator<Finding> {
  const timeout = amount(queue, 'queue.timeoutenqueue') ?? 2000
  if (timeout >= ENQUEUE_TIMEOUT) return
  const effect = timeout <= 0 ? 'lines are thrown away at once when the queue is full' : `a full queue throws a line away every ${timeout} ms`
  yield {
    line: lineOf(queue, 'queue.timeoutenqueue'),
    severity: 'loss',
    text: `queue.timeoutEnqueue is ${timeout}: ${effect}; set "60000"`,
  }
}

/** The settings of a disk-assisted queue. */
function* diskFindings(queue: ConfigObject, size: number): Generator<Finding> {
  if (!isOn(queue, 'queue.saveonshutdown', queue.kind === 'ruleset')) {
    yield {
      line: lineOf(queue, 'queue.saveonshutdown'),
      severity: 'loss',
      text: 'queue.saveOnShutdown is off: a stop of rsyslogd loses what stands in memory; set "on"',
    }
  }
  if ((amount(queue, 'queue.checkpointinterval') ?? 0) <= 0) {
    yield {
      line: lineOf(queue, 'queue.checkpointinterval'),
      severity: 'loss',
      text: 'queue.checkpointInterval is not set: when rsyslogd is killed, all lines in its disk queue are lost; set "100"',
    }
  }
  const high = amount(queue, 'queue.highwatermark') ?? size * 0.9
  const delay = amount(queue, 'queue.lightdelaymark') ?? size * 0.7
  if (queue.parameters.get('queue.type')?.value.toLowerCase() !== 'disk' && delay > 0 && high > delay * 0.9) {
    yield {
      line: lineOf(queue, 'queue.highwatermark'),
      severity: 'advice',
      text: `queue.highWatermark ${high} is near or above queue.lightDelayMark ${delay}: TCP senders are slowed to one line a second before anything goes to disk; set at most ${Math.floor(size * 0.4)}`,
    }
  }
}
