import { startAccept, type AcceptThread } from './accept/start.ts'
import type { Invocation } from './cli/arguments.ts'
import { commands } from './cli/declarations.ts'
import { UsageError } from './cli/usage-error.ts'
import { loadServiceSettings, loadSettings, type Settings } from './config.ts'
import { ConfigurationError, OptionError } from './config/error.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { printableText } from './lib/printable.ts'
import { createZones, type Zones } from './zones.ts'

/** Runs the command line and returns the exit code. Everything that a user can get wrong is told on stderr. */
export async function run(io: Io): Promise<number> {
  // A thread takes as long to start as arguments and configuration to be read: both at once bring the first OK 50 ms forward.
  const accept = io.argv[0] === 'omprog' ? startAccept(io.service.executable) : undefined
  try {
    const parsed = await understand(io.argv)
    if (typeof parsed === 'string') {
      await accept?.end()
      io.stdout.write(parsed)
      return exitCodes.ok.code
    }
    return await execute(parsed, io, accept)
  } catch (error) {
    await accept?.end()
    if (error instanceof UsageError) {
      const command = io.argv.find((word) => Object.hasOwn(commands, word))
      io.stderr.write(`naslog: ${error.message}\nTry 'naslog ${command === undefined ? '' : `${command} `}--help'.\n`)
      return exitCodes.usage.code
    }
    if (error instanceof ConfigurationError) {
      for (const { where, text } of error.complaints) io.stderr.write(`naslog: ${where}: ${text}\n`)
      return error instanceof OptionError ? exitCodes.usage.code : exitCodes.config.code
    }
    throw error
  }
}

/** The usual command line of a filter is empty: it needs no parser, and starts 7 ms sooner without. */
async function understand(argv: readonly string[]): Promise<Invocation | string> {
  if (argv.length === 0) return { command: 'filter', operand: undefined, options: {} }
  const { parseArguments } = await import('./cli/arguments.ts')
  return parseArguments(argv)
}

/** Each command's code is loaded when it runs: the filter starts without the others. */
async function execute({ command, operand, operands = [], options }: Invocation, io: Io, accept: AcceptThread | undefined): Promise<number> {
  switch (command) {
    case 'filter': {
      const settings = await loadSettings(options, io.env)
      const { filter } = await import('./modes/filter.ts')
      await filter({ ...settings, zones: zonesOf(settings, io), fileTime: io.stdinChanged, stop: io.stop }, io)
      return exitCodes.ok.code
    }
    case 'omprog': {
      const settings = await loadServiceSettings(options, io.env)
      const { omprog } = await import('./modes/omprog.ts')
      const report = (message: string): void => void io.stderr.write(`naslog: ${printableText(message)}\n`)
      return omprog(accept ?? startAccept(io.service.executable), { ...settings, zones: zonesOf(settings, io) }, { report, now: io.now, env: io.env, stop: io.stop, ...io.service })
    }
    case 'mmexternal': {
      const settings = await loadSettings(options, io.env)
      const { mmexternal } = await import('./modes/mmexternal.ts')
      await mmexternal({ ...settings, zones: zonesOf(settings, io), stop: io.stop }, io)
      return exitCodes.ok.code
    }
    case 'replay': {
      const { replay } = await import('./modes/replay.ts')
      return replay(operands, options, io)
    }
    case 'explain': {
      const settings = await loadSettings(options, io.env)
      const { explain } = await import('./modes/explain.ts')
      await explain({ ...settings, zones: zonesOf(settings, io), line: operand === '-' ? undefined : operand }, io)
      return exitCodes.ok.code
    }
    case 'check': {
      const { check } = await import('./modes/check.ts')
      return check(operand === undefined ? options : { ...options, config: operand }, io)
    }
    case 'status': {
      const { status } = await import('./modes/status.ts')
      return status({ ...(await loadServiceSettings(options, io.env)), json: options.json === true }, io)
    }
    case 'journal': {
      const { journal } = await import('./modes/journal.ts')
      const settings = await loadServiceSettings(options, io.env)
      const destination = typeof options.destination === 'string' ? { destination: options.destination } : {}
      return journal({ journal: settings.journal, export: options.export === true, ...destination, json: options.json === true }, io)
    }
    case 'init': {
      const { initOptions, setupOptions } = await import('./cli/init-options.ts')
      if (operand !== undefined) {
        const { initDestination } = await import('./modes/init-destination.ts')
        return initDestination(setupOptions(operand, options), io)
      }
      const { init } = await import('./modes/init.ts')
      return init(initOptions(options, io.env, io.service.executable), io)
    }
    case 'schema': {
      const { schema } = await import('./modes/schema.ts')
      schema(await loadSettings(options, io.env), io)
      return exitCodes.ok.code
    }
  }
}

function zonesOf({ timezone }: Settings, io: Io): Zones {
  return createZones({ ...timezone, local: () => io.localZone })
}
