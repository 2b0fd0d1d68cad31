import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { floatScalar, NULL } from '../../../src/core/scalar.ts'
import { format } from '../../../src/pipeline/exports/formats/kubernetes.ts'
import { suite } from '../../support/suite.ts'
import { awkwardText } from './awkward-text.ts'
import { entry, refusal, runs, textOf } from './entries.ts'

const NAMED = { name: 'app' }

type Values = Readonly<Record<string, string>>

interface Manifest {
  readonly metadata: object
  readonly type: string
  readonly data: Readonly<Record<string, string>>
}

/** The manifest, and its values decoded. */
function read(text: string): { readonly manifest: Manifest; readonly values: Readonly<Record<string, string>> } {
  // What the test then looks at.
  const manifest = parse(text) as Manifest
  const values = Object.entries(manifest.data).map(([key, data]) => [key, Buffer.from(data, 'base64').toString('utf8')])
  return { manifest, values: Object.fromEntries(values) }
}

function problem(key: string): string {
  return format.problem?.(entry(key, 'v'), NAMED) ?? ''
}

function named(names: { readonly name?: string; readonly namespace?: string }): string {
  return refusal(() => textOf(format, [], names))
}

function sized(key: string, size: number): ReturnType<typeof entry> {
  return entry(key, new Uint8Array(size))
}

function typed(type: string, values: Values): string {
  const entries = Object.entries(values).map(([key, text]) => entry(key, text))
  return textOf(format, entries, { ...NAMED, type })
}

function typeIn(type: string, values: Values): string {
  return read(typed(type, values)).manifest.type
}

function refusedType(type: string, values: Values): string {
  return refusal(() => typed(type, values))
}

suite('export to Kubernetes', (test) => {
  test('writes a manifest with the values as bytes', () => {
    const entries = [entry('tls.crt', 'é\n'), entry('size', floatScalar(1.5, '1.50')), entry('none', NULL)]
    assert.is(
      textOf(format, entries, { ...NAMED, namespace: 'shop' }),
      [
        'apiVersion: v1',
        'kind: Secret',
        'metadata:',
        '  name: "app"',
        '  namespace: "shop"',
        '  labels:',
        '    app.kubernetes.io/managed-by: secretsrc',
        'type: "Opaque"',
        'data:',
        '  "tls.crt": "w6kK"',
        '  "size": "MS41MA=="',
        '  "none": ""',
        '',
      ].join('\n'),
    )
    assert.equal(read(textOf(format, [], NAMED)).manifest.data, {})
  })

  test('keeps every text, and the bytes of binary files', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[-_a-zA-Z0-9]{1,20}$/), awkwardText), (texts) => {
        const entries = Object.entries(texts).map(([key, text]) => entry(key, text))
        assert.equal(read(textOf(format, entries, NAMED)).values, { ...texts })
      }),
      runs,
    )
    const bytes = Uint8Array.from([0, 255, 13, 10, 0])
    assert.is(read(textOf(format, [entry('tls.p12', bytes)], NAMED)).manifest.data['tls.p12'], 'AP8NCgA=')
  })

  test('names what looks like another type as a text', () => {
    const { manifest, values } = read(textOf(format, [entry('null', 'x'), entry('1e3', 'y')], { name: '123' }))
    assert.equal(manifest.metadata, { name: '123', labels: { 'app.kubernetes.io/managed-by': 'secretsrc' } })
    assert.equal(values, { null: 'x', '1e3': 'y' })
  })

  test('refuses keys that a Secret does not take', () => {
    for (const key of ['a', '.dockerconfigjson', 'tls.crt', '-', 'A_1', 'x'.repeat(253)]) assert.is(problem(key), '')
    for (const key of ['a b', 'a/b', 'é', 'a\n', 'a:']) assert.match(problem(key), /letters, digits, - _ and \. alone/)
    assert.match(problem('x'.repeat(254)), /253 characters/)
    for (const key of ['.', '..', '..a']) assert.match(problem(key), /begin with \.\./)
    assert.match(problem(''), /empty key/)
  })

  test('needs names that Kubernetes takes', () => {
    assert.match(named({}), /^USAGE\|a Secret needs a name\|.*--name NAME/)
    for (const name of ['a', 'a.b-c.1', 'x'.repeat(253)]) assert.is(named({ name, namespace: 'a-1' }), 'nothing')
    for (const name of ['', 'A', 'a_b', '-a', 'a-', 'a..b', '.a', 'a/b', 'x'.repeat(254), 'a\n']) {
      assert.match(named({ name }), /^USAGE\|.*is no name of a Secret/s)
    }
    for (const namespace of ['', 'a.b', 'A', '-a', 'x'.repeat(64)]) {
      assert.match(named({ name: 'a', namespace }), /^USAGE\|.*is no name of a namespace/)
    }
  })

  test('holds 1 MiB and no byte more', () => {
    const half = sized('a', 524_288)
    assert.is(
      refusal(() => textOf(format, [half, sized('b', 524_288)], NAMED)),
      'nothing',
    )
    assert.match(
      refusal(() => textOf(format, [half, sized('b', 524_289)], NAMED)),
      /^LIMIT_EXCEEDED\|.*1048577 bytes/,
    )
  })
})

suite('types of Secrets', (test) => {
  test('are written in full', () => {
    const pair = { 'tls.crt': 'c', 'tls.key': 'k' }
    assert.is(typeIn('tls', pair), 'kubernetes.io/tls')
    assert.is(typeIn('kubernetes.io/tls', { ...pair, 'ca.crt': 'a' }), 'kubernetes.io/tls')
    assert.is(typeIn('dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }), 'kubernetes.io/dockerconfigjson')
    assert.is(typeIn('dockercfg', { '.dockercfg': '{}' }), 'kubernetes.io/dockercfg')
    assert.is(typeIn('basic-auth', { password: 'p' }), 'kubernetes.io/basic-auth')
    assert.is(typeIn('ssh-auth', { 'ssh-privatekey': 'k' }), 'kubernetes.io/ssh-auth')
    assert.is(typeIn('opaque', {}), 'Opaque')
    assert.is(typeIn('example.com/thing', { a: 'b' }), 'example.com/thing')
  })

  test('need their keys', () => {
    assert.match(
      refusedType('tls', { 'tls.crt': 'c' }),
      /^USAGE\|a Secret of type kubernetes\.io\/tls needs the key tls\.key\|.*--map/,
    )
    assert.match(refusedType('tls', { crt: 'c' }), /needs the keys tls\.crt and tls\.key/)
    assert.match(refusedType('dockerconfigjson', { dockerconfigjson: '{}' }), /needs the key \.dockerconfigjson/)
    assert.match(refusedType('basic-auth', { user: 'u' }), /needs one of the keys username, password/)
    assert.match(refusedType('ssh-auth', {}), /needs the key ssh-privatekey/)
    assert.match(refusedType('bootstrap.kubernetes.io/token', { 'token-id': 'x' }), /needs the key token-secret/)
  })

  test('of registries need JSON, which an error does not show', () => {
    for (const text of ['s3cret', '[]', '"s3cret"', 'null', '']) {
      const refused = refusedType('dockerconfigjson', { '.dockerconfigjson': text })
      assert.match(refused, /^USAGE\|.*needs a JSON object as \.dockerconfigjson/)
      assert.not.match(refused, /s3cret/)
    }
  })

  test('that a cluster fills itself, or does not have, are refused', () => {
    for (const type of ['service-account-token', 'kubernetes.io/service-account-token']) {
      assert.match(
        refusedType(type, { token: 't' }),
        /^USAGE\|no Secret of type kubernetes\.io\/service-account-token can be written/,
      )
    }
    for (const type of ['kubernetes.io/tsl', 'tsl', '', 'a b/c', 'example.com/', 'x.kubernetes.io/y']) {
      assert.match(
        refusedType(type, {}),
        /^USAGE\|Kubernetes has no Secrets of type .*types: Opaque, kubernetes\.io\/tls/,
      )
    }
  })
})
