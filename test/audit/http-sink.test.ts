import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { AuditRecord } from '../../src/audit/audit-record.ts'
import type { AuditSink } from '../../src/audit/sinks/audit-sink.ts'
import { httpSink } from '../../src/audit/sinks/http-sink.ts'
import { spooledSink } from '../../src/audit/sinks/spooled-sink.ts'
import { Spool } from '../../src/audit/spool.ts'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { createOnce } from '../../src/keys/once.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { NEVER, numbered } from './support.ts'

interface Taken {
  readonly authorization: string | undefined
  readonly type: string | undefined
  readonly ids: readonly string[]
}

interface Receiver {
  readonly url: string
  readonly taken: Taken[]
  /** Statuses of the next answers; then 204. */
  readonly answers: number[]
}

async function receiver({ onCleanup }: Pick<TestContext, 'onCleanup'>): Promise<Receiver> {
  const taken: Taken[] = []
  const answers: number[] = []
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const status = answers.shift() ?? 204
      const records: readonly AuditRecord[] = JSON.parse(await bodyOf(request))
      const { authorization, 'content-type': type } = request.headers
      if (status < 300) taken.push({ authorization, type, ids: records.map(({ id }) => id) })
      response.writeHead(status, status >= 300 && status < 400 ? { location: 'http://127.0.0.1:1/' } : {}).end()
    }
    void answer()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onCleanup(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/openings`, taken, answers }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function sinkAt(
  url: string,
  more: { readonly required?: boolean; readonly env?: Record<string, string> } = {},
): AuditSink {
  const token = more.env === undefined ? undefined : { variable: 'TOKEN' }
  const settings = { kind: 'http', name: 'https://audit', required: more.required ?? false, url, token } as const
  return httpSink(settings, { env: more.env ?? {}, once: createOnce() })
}

async function failure(action: Promise<unknown>): Promise<SecretsError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours')
}

function spoolIn(context: TestContext, limit?: number): { readonly spool: Spool; readonly path: string } {
  const path = join(temporaryFolder(context), 'state', 'spool.jsonl')
  return { spool: new Spool(path, limit), path }
}

suite('openings by HTTP', (test) => {
  test('are posted as JSON, with the token', async (context) => {
    const { url, taken } = await receiver(context)
    await sinkAt(url, { env: { TOKEN: 't0ken' } }).write([numbered(1), numbered(2)], NEVER)
    assert.equal(taken, [
      { authorization: 'Bearer t0ken', type: 'application/json', ids: [numbered(1).id, numbered(2).id] },
    ])
    await sinkAt(url).write([numbered(3)], NEVER)
    assert.is(taken[1]?.authorization, undefined)
  })

  test('are tried again where that may help, and not where it cannot', async (context) => {
    const { url, taken, answers } = await receiver(context)
    answers.push(503, 429)
    await sinkAt(url).write([numbered(1)], NEVER)
    assert.is(taken.length, 1)
    for (const status of [400, 401, 302]) {
      answers.push(status, 204)
      const { code, message } = await failure(sinkAt(url).write([numbered(2)], NEVER))
      assert.equal(
        [code, message],
        ['AUDIT_FAILED', `the audit log https://audit cannot be written: it answered with status ${status}`],
      )
      answers.length = 0
    }
    answers.push(500, 500, 500, 204)
    assert.match((await failure(sinkAt(url).write([numbered(3)], NEVER))).message, 'status 500')
    assert.is(taken.length, 1)
  })

  test('fail where nobody listens, where the token is missing, and when nobody wants to wait', async (context) => {
    assert.match(
      (await failure(sinkAt('http://127.0.0.1:1/').write([numbered(1)], NEVER))).message,
      'nobody listens there',
    )
    const { url } = await receiver(context)
    assert.match(
      (await failure(sinkAt(url, { env: { OTHER: 'x' } }).write([numbered(1)], NEVER))).message,
      'the variable TOKEN is not set',
    )
    assert.match((await failure(sinkAt(url).write([numbered(1)], AbortSignal.abort()))).message, 'no answer in time')
  })

  test('are kept while nobody takes them, told once, and handed on in order', async (context) => {
    const { url, taken, answers } = await receiver(context)
    const { spool, path } = spoolIn(context)
    const notes: string[] = []
    const down = spooledSink(sinkAt(url), spool, (note) => notes.push(note))
    answers.push(400)
    await down.write([numbered(1)], NEVER)
    await down.write([numbered(2)], NEVER)
    assert.equal(taken, [])
    assert.equal(notes, [
      'the audit log https://audit cannot be written: it answered with status 400 (kept until it can)',
    ])
    if (process.platform !== 'win32') assert.is(statSync(path).mode & 0o777, 0o600)
    const next = spooledSink(sinkAt(url), spool, (note) => notes.push(note))
    await next.write([numbered(3)], NEVER)
    assert.equal(
      taken.flatMap(({ ids }) => ids),
      [1, 2, 3].map((index) => numbered(index).id),
    )
    assert.ok(await spool.isEmpty())
    assert.is(notes.length, 1)
  })

  test('are not kept where they are required: what nobody took does not happen', async (context) => {
    const { url, answers } = await receiver(context)
    const { spool } = spoolIn(context)
    answers.push(400)
    const sink = spooledSink(sinkAt(url, { required: true }), spool, () => undefined)
    assert.is((await failure(sink.write([numbered(1)], NEVER))).code, 'AUDIT_FAILED')
    assert.ok(await spool.isEmpty())
    await sink.write([numbered(2)], NEVER)
  })

  test('fill no disk', async (context) => {
    const { url, answers } = await receiver(context)
    answers.push(400, 400)
    const { spool, path } = spoolIn(context, 1000)
    const sink = spooledSink(sinkAt(url), spool, () => undefined)
    await sink.write([numbered(1)], NEVER)
    const before = readFileSync(path, 'utf8')
    const { message } = await failure(sink.write([numbered(2), numbered(3)], NEVER))
    assert.match(message, 'no room is left')
    assert.is(readFileSync(path, 'utf8'), before)
  })

  test('lines of a spool that are no records keep nothing from being sent', async (context) => {
    const { spool, path } = spoolIn(context)
    await spool.keep([numbered(1)])
    const whole = readFileSync(path, 'utf8')
    const other = JSON.stringify({ id: 'x', who: { user: 'alice' } })
    writeFileSync(path, `\n${whole}\n{"id":"cut o\n${other}\nnull\n`)
    await spool.keep([numbered(2)])
    const sent: string[][] = []
    await spool.flush(1, async (records) => {
      if (sent.push(records.map(({ id }) => id)) > 9) throw new Error('it is sent for ever')
    })
    assert.equal(sent, [[numbered(1).id], [numbered(2).id]])
    assert.ok(await spool.isEmpty())
  })

  test('a spool gives back what was put in, in order, however it is cut into parts, and forgets what was taken', async (context) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        async (batches, part, fails) => {
          const { spool } = spoolIn(context)
          let next = 0
          for (const count of batches) {
            await spool.keep(Array.from({ length: count }, () => numbered(next++)))
          }
          const sent: string[] = []
          let calls = 0
          const send = async (records: readonly AuditRecord[]): Promise<void> => {
            calls += 1
            if (calls === fails) throw new Error('down')
            sent.push(...records.map(({ id }) => id))
          }
          await spool.flush(part, send).catch(() => undefined)
          await spool.flush(part, send)
          assert.equal(
            sent,
            Array.from({ length: next }, (_, index) => numbered(index).id),
          )
          assert.ok(await spool.isEmpty())
        },
      ),
      { numRuns: 15 },
    )
  })
})
