import type { Finding } from './lint.ts'
import type { ConfigObject, Parameter, ParsedConfiguration } from './rainerscript.ts'
import { globalSetting, typeOf } from './settings.ts'

/** What is wrong with the inputs that speak TLS: who may connect, and a driver that harms the rest of rsyslogd. */
export function* inputFindings(configuration: ParsedConfiguration): Generator<Finding> {
  for (const driver of driversOf(configuration)) {
    if (driver.value.toLowerCase() !== 'ossl') continue
    yield {
      line: driver.line,
      severity: 'loss',
      text: 'the driver ossl closes each connection twice (rsyslog before 2026), and the second time it may hit the pipe to naslog or a file of the queue: lines then wait until rsyslogd is restarted; set "gtls" (package rsyslog-gnutls)',
    }
  }
  for (const input of inputsOf(configuration)) {
    const mode = input.parameters.get('streamdriver.authmode')
    if (!input.parameters.has('streamdriver.cafile') || mode?.value.toLowerCase() !== 'anon') continue
    yield {
      line: mode.line,
      severity: 'advice',
      text: 'streamDriver.authMode is anon: with or without a certificate of streamDriver.caFile, everybody may connect; set "x509/certvalid"',
    }
  }
}

/** Where a driver is named: for one input, for all of imtcp, for all of rsyslogd. */
function driversOf(configuration: ParsedConfiguration): Parameter[] {
  const { objects } = configuration
  const listeners = [...inputsOf(configuration), ...objects.filter(({ kind, parameters }) => kind === 'module' && parameters.get('load')?.value === 'imtcp')]
  const named = listeners.map(({ parameters }) => parameters.get('streamdriver.name'))
  return [...named, globalSetting(configuration, 'defaultnetstreamdriver', 'defaultnetstreamdriver')].filter((driver) => driver !== undefined)
}

function inputsOf({ objects }: ParsedConfiguration): ConfigObject[] {
  return objects.filter((object) => object.kind === 'input' && typeOf(object) === 'imtcp')
}
