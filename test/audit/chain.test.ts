import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { appendRecords, type ChainedLog, DamagedLog } from '../../src/audit/chain/append-records.ts'
import { chainLine, formatHead, parseHead, readChainLine, sha256 } from '../../src/audit/chain/chain-line.ts'
import { type FoundLine, readChain } from '../../src/audit/chain/read-chain.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const NOW = '2024-05-06T07:08:09.000Z'

function logIn(context: TestContext, more: Partial<ChainedLog> = {}): ChainedLog {
  const path = join(temporaryFolder(context), 'audit.jsonl')
  return { path, rotateAt: 1 << 30, keep: undefined, now: () => new Date(NOW), ...more }
}

async function found(path: string): Promise<readonly FoundLine[]> {
  const lines: FoundLine[] = []
  for await (const line of readChain(path)) lines.push(line)
  return lines
}

async function problems(path: string): Promise<readonly string[]> {
  return (await found(path)).flatMap(({ file, line, problem }) =>
    problem === undefined ? [] : [`${file}:${line} ${problem}`],
  )
}

async function recordsOf(path: string): Promise<readonly unknown[]> {
  return (await found(path)).map((line) => line.found?.record)
}

function linesIn(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n')
}

const numbered = (count: number): readonly unknown[] => Array.from({ length: count }, (_, index) => ({ n: index }))

suite('the chain of a log', (test) => {
  test('a line says what it follows, and its hash covers all before it', () => {
    const first = chainLine(undefined, { n: 1 })
    assert.is(first.text, `${first.text.split(',"hash"')[0]},"hash":"${sha256(first.text.split(',"hash"')[0] ?? '')}"}`)
    const second = chainLine(first.head, { n: 2 })
    assert.equal(JSON.parse(second.text).prev, first.head.hash)
    assert.equal(readChainLine(second.text)?.sound, true)
    assert.equal(readChainLine(second.text.replace('"n":2', '"n":3'))?.sound, false)
    assert.equal(readChainLine(second.text.replace('"n":2', '"n": 2'))?.sound, false)
    for (const text of ['', '{}', '[]', 'null', '{"seq":1}', second.text.slice(0, -1), second.text.slice(1)]) {
      assert.is(readChainLine(text), undefined, text)
    }
    assert.equal(parseHead(formatHead(second.head)), second.head)
    for (const text of ['', '0:', `0:${'a'.repeat(64)}`, `1:${'A'.repeat(64)}`, `1:${'a'.repeat(63)}`]) {
      assert.is(parseHead(text), undefined)
    }
  })

  test('what is appended is read back, in a file for its owner alone', async (context) => {
    const log = logIn(context)
    await appendRecords(log, [{ n: 1 }, { n: 2 }])
    const head = await appendRecords(log, [{ n: 'line\nbreak "quotes" ,"hash":"x"}' }])
    assert.equal(await recordsOf(log.path), [{ n: 1 }, { n: 2 }, { n: 'line\nbreak "quotes" ,"hash":"x"}' }])
    assert.equal(await problems(log.path), [])
    assert.is(head.seq, 3)
    if (process.platform !== 'win32') assert.is(statSync(log.path).mode & 0o777, 0o600)
  })

  test('every change of any byte of a line is noticed', async (context) => {
    const log = logIn(context)
    await appendRecords(log, numbered(4))
    const text = readFileSync(log.path)
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(text)
        changed[at] = (text[at] ?? 0) ^ change
        writeFileSync(log.path, changed)
        assert.ok((await problems(log.path)).length > 0, `byte ${at}`)
      }),
      { numRuns: 60 },
    )
  })

  test('removed, moved, repeated, exchanged and cut off records are told', async (context) => {
    const log = logIn(context)
    await appendRecords(log, numbered(5))
    const [a = '', b = '', c = '', d = '', e = ''] = linesIn(log.path)
    const forged = chainLine(readChainLine(a), { n: 'forged' }).text
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[a, b, d, e], 'audit.jsonl:3 1 records before it were removed'],
      [[b, c, d, e], 'audit.jsonl:1 1 records before it were removed'],
      [[a, c, b, d, e], 'audit.jsonl:2 1 records before it were removed'],
      [[a, b, b, c], 'audit.jsonl:3 is out of order: records were moved, or written twice'],
      [[a, forged, c], 'audit.jsonl:3 does not follow the record before it: one of them was exchanged'],
      [[a, 'something', c], 'audit.jsonl:2 was changed: it is no record'],
      [[a, '', b], 'audit.jsonl:2 was changed: it is no record'],
    ]
    for (const [lines, problem] of cases) {
      writeFileSync(log.path, `${lines.join('\n')}\n`)
      assert.is((await problems(log.path))[0], problem)
    }
    writeFileSync(log.path, `${a}\n${b.slice(0, 30)}`)
    assert.match((await problems(log.path))[0] ?? '', /^audit\.jsonl:2 is cut off/)
  })

  test('a line that was cut off anywhere is ended by the next writer, who says so', async (context) => {
    const log = logIn(context)
    await appendRecords(log, numbered(3))
    const text = readFileSync(log.path)
    const start = text.lastIndexOf(0x0a, text.length - 2) + 1
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: text.length - 1 }), async (end) => {
        writeFileSync(log.path, text.subarray(0, end))
        await appendRecords(log, [{ n: 'after' }])
        assert.equal(await problems(log.path), end === start ? [] : [])
        const records = await recordsOf(log.path)
        assert.equal(records.at(-1), { n: 'after' })
        const repair = records.find((record) => JSON.stringify(record).includes('repaired'))
        const whole = end === text.length - 1
        if (whole || end === start) assert.is(repair, undefined)
        else
          assert.equal(repair, {
            event: 'repaired',
            time: NOW,
            bytes: end - start,
            sha256: sha256(text.subarray(start, end)),
          })
      }),
      { numRuns: 40 },
    )
  })

  test('the first line may be the one that was cut off', async (context) => {
    const log = logIn(context)
    writeFileSync(log.path, '{"seq":1,"pr')
    await appendRecords(log, [{ n: 1 }])
    assert.equal(await problems(log.path), [])
    assert.is(linesIn(log.path).length, 3)
  })

  test('what was torn cannot be passed off as an accident: the repair names what it repaired', async (context) => {
    const log = logIn(context)
    await appendRecords(log, numbered(2))
    appendFileSync(log.path, '{"seq":3,"pr')
    await appendRecords(log, [{ n: 'after' }])
    writeFileSync(log.path, readFileSync(log.path, 'utf8').replace('{"seq":3,"pr\n', '{"seq":3,"px\n'))
    assert.equal(await problems(log.path), ['audit.jsonl:3 was changed: it is no record'])
  })

  test('nobody goes on from a last line that was changed, a link, a folder', async (context) => {
    const log = logIn(context)
    await appendRecords(log, numbered(2))
    writeFileSync(log.path, readFileSync(log.path, 'utf8').replace('"n":1', '"n":7'))
    const before = readFileSync(log.path)
    await assertRejects(() => appendRecords(log, [{}]), DamagedLog)
    assert.equal(readFileSync(log.path), before)
    const folder = logIn(context)
    mkdirSync(folder.path)
    await assertRejects(() => appendRecords(folder, [{}]), Error)
    if (process.platform === 'win32') return
    const link = logIn(context)
    symlinkSync(log.path, link.path)
    await assertRejects(() => appendRecords(link, [{}]), Error)
    assert.equal(readFileSync(log.path), before)
  })

  test('a large file is put aside, and the chain goes on', async (context) => {
    const log = logIn(context, { rotateAt: 2000 })
    for (let index = 0; index < 40; index += 1) await appendRecords(log, [{ n: index }])
    assert.equal(await problems(log.path), [])
    const lines = await found(log.path)
    assert.ok(new Set(lines.map(({ file }) => file)).size > 3)
    assert.equal(
      lines.map((line) => line.found?.seq),
      lines.map((_, index) => index + 1),
    )
    const numbers = lines.flatMap((line) => /"n":(\d+)/.exec(JSON.stringify(line.found?.record))?.[1] ?? [])
    assert.equal(
      numbers,
      Array.from({ length: 40 }, (_, index) => String(index)),
    )
  })

  test('old files go when they are more than are kept, and are missed when somebody else removes them', async (context) => {
    const log = logIn(context, { rotateAt: 1000, keep: 2 })
    for (let index = 0; index < 40; index += 1) await appendRecords(log, [{ n: index }])
    assert.equal(await problems(log.path), [])
    const files = [...new Set((await found(log.path)).map(({ file }) => file))]
    assert.is(files.length, 3)
    writeFileSync(join(log.path, '..', files[0] ?? ''), '')
    assert.match((await problems(log.path))[0] ?? '', /records before it were removed$/)
  })

  test('a writer that was killed between two files loses nothing', async (context) => {
    const log = logIn(context, { rotateAt: 1000 })
    for (let index = 0; index < 12; index += 1) await appendRecords(log, [{ n: index }])
    const { rename, writeFile } = await import('node:fs/promises')
    const seq = (await found(log.path)).at(-1)?.found?.seq ?? 0
    await rename(log.path, `${log.path}.${seq}`)
    assert.not.ok(existsSync(log.path))
    await appendRecords(log, [{ n: 'after' }])
    assert.equal(await problems(log.path), [])
    const next = (await found(log.path)).at(-1)?.found?.seq ?? 0
    await rename(log.path, `${log.path}.${next}`)
    await writeFile(log.path, '{"seq"')
    await appendRecords(log, [{ n: 'again' }])
    assert.equal(await problems(log.path), [])
    assert.equal((await recordsOf(log.path)).at(-1), { n: 'again' })
  })

  test('many writers at once leave one chain', async (context) => {
    const log = logIn(context, { rotateAt: 3000 })
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let index = 0; index < 8; index += 1) await appendRecords(log, [{ writer, index }])
    })
    await Promise.all(writers)
    assert.equal(await problems(log.path), [])
    const records = (await recordsOf(log.path)).filter((record) => JSON.stringify(record).includes('writer'))
    assert.is(records.length, 48)
  })
})

async function assertRejects(action: () => Promise<unknown>, type: new (...args: never[]) => Error): Promise<void> {
  const error = await action().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.instance(error, type)
}
