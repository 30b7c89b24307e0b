/**
 * What `naslog omprog` says to rsyslog's omprog for each line it is given (plugins/external/INTERFACE.md of rsyslog). Every line
 * gets exactly one answer; the first answer of all, before any line, says that naslog is ready.
 */

/** Where accepted lines are kept. */
export interface Store {
  /** Keeps a line; returns only when it is as safe as the operator asked for, or as will be at the commit. A reason if it could not be kept. */
  append(line: Buffer, deferred: boolean): string | undefined
  /** Makes the deferred lines as safe as the operator asked for. A reason if the disk refused: they are then not kept. */
  commit(): string | undefined
}

export interface Transactions {
  readonly begin: string
  readonly commit: string
}

export interface ConversationOptions {
  /** False: rsyslog reads no answers (confirmMessages="off"). */
  readonly confirm: boolean
  /** The marks of useTransactions; absent: a line that looks like a mark is a message. */
  readonly transactions?: Transactions | undefined
  /** How often a dot tells rsyslog that a slow answer is coming, in ms: well inside confirmTimeout. */
  readonly dotEvery: number
  /** How long a line may wait for room before it is refused, in ms. rsyslog keeps it and sends it again. */
  readonly refuseAfter: number
}

/** The effects of a conversation. */
export interface Voice {
  /** Writes an answer, in one piece. */
  say(answer: string): void
  /** Blocks for so many ms. Returns false if naslog was told to stop meanwhile. */
  wait(ms: number): boolean
  /** Tells the administrator, once for each change of state. */
  report(message: string): void
}

export type Conversation = (line: Buffer) => void

/** rsyslog restarts a program whose answer has 4,095 bytes or more; 4,092 dots and `OK` fit. */
const MAX_DOTS = 4092

export function createConversation(store: Store, options: ConversationOptions, voice: Voice): Conversation {
  const begin = options.transactions && Buffer.from(options.transactions.begin)
  const commit = options.transactions && Buffer.from(options.transactions.commit)
  const say = options.confirm ? voice.say : () => {}
  let failing = false
  let inTransaction = false

  /** Tries until it works, with dots; a reason once the line has waited for so many ms. */
  const insist = (attempt: () => string | undefined, patience: number): string | undefined => {
    let reason = attempt()
    if (reason === undefined && !failing) return undefined
    for (let waited = 0, dots = 0; reason !== undefined; waited += options.dotEvery) {
      if (!failing) voice.report(`${reason}; naslog accepts nothing until that is over, rsyslog keeps the messages`)
      failing = true
      if (waited >= patience || dots === MAX_DOTS || !voice.wait(options.dotEvery)) return reason
      say('.')
      dots++
      reason = attempt()
    }
    voice.report('the journal takes lines again')
    failing = false
    return undefined
  }

  return (line) => {
    if (begin?.equals(line) === true) {
      inTransaction = true
      say('OK\n')
    } else if (commit?.equals(line) === true) {
      inTransaction = false
      // Not tried again: of what the disk has refused once, a second sync says nothing. rsyslog sends all of it again.
      const reason = insist(() => store.commit(), 0)
      say(reason === undefined ? 'OK\n' : refusal(reason))
    } else {
      const reason = insist(() => store.append(line, inTransaction), options.refuseAfter)
      say(reason !== undefined ? refusal(reason) : inTransaction ? 'DEFER_COMMIT\n' : 'OK\n')
    }
  }
}

/** Anything but OK is a refusal; one short line, so that rsyslog can log it. */
function refusal(reason: string): string {
  return reason.replaceAll('\n', ' ').slice(0, 500) + '\n'
}
