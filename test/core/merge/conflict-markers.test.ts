import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { hasMarkers, markedVersions, withMarkers } from '../../../src/core/merge/conflict-markers.ts'
import { suite } from '../../support/suite.ts'

const LABELS = { ours: 'main', theirs: 'topic' }
const RUNS = 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

suite('conflict-markers', (test) => {
  test('only the lines that differ stand between markers', () => {
    assert.is(
      withMarkers('a\nb\nc\nd\ne\n', 'a\nB\nc\nd\nE\n', LABELS),
      'a\n<<<<<<< main\nb\n=======\nB\n>>>>>>> topic\nc\nd\n<<<<<<< main\ne\n=======\nE\n>>>>>>> topic\n',
    )
  })

  test('neighbouring lines make one conflict; lines of one side alone have an empty other side', () => {
    const one = '<<<<<<< main\na\nb\n=======\nA\nB\n>>>>>>> topic\n'
    assert.is(withMarkers('a\nb\n', 'A\nB\n', LABELS), one)
    assert.is(withMarkers('x\n', 'x\ny\n', LABELS), 'x\n<<<<<<< main\n=======\ny\n>>>>>>> topic\n')
    assert.is(withMarkers('', 'y\n', LABELS), '<<<<<<< main\n=======\ny\n>>>>>>> topic\n')
  })

  test('equal texts come back as they are', () => {
    for (const text of ['', 'a', 'a\nb\n', 'a\r\n']) assert.is(withMarkers(text, text, LABELS), text)
  })

  test('line breaks are those of the text, and a last line without one gets one before a marker', () => {
    assert.is(withMarkers('a\r\nb', 'a\r\nc', LABELS), 'a\r\n<<<<<<< main\r\nb\r\n=======\r\nc\r\n>>>>>>> topic\r\n')
    assert.is(withMarkers('a', 'b', LABELS), '<<<<<<< main\na\n=======\nb\n>>>>>>> topic\n')
  })

  test('markers are as long as git wants them', () => {
    const text = withMarkers('a\n', 'b\n', { ...LABELS, size: 9 })
    assert.is(text, '<<<<<<<<< main\na\n=========\nb\n>>>>>>>>> topic\n')
    assert.equal(markedVersions(text), { ours: 'a\n', base: undefined, theirs: 'b\n' })
  })

  test('texts of whole lines come out of their markers as they went in', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c: 1', '', '  - x', '=='), { maxLength: 8 })
    fc.assert(
      fc.property(text, text, (ours, theirs) => {
        const [first, second] = [ours, theirs].map((lines) => lines.map((line) => `${line}\n`).join(''))
        const marked = withMarkers(first ?? '', second ?? '', LABELS)
        assert.equal(markedVersions(marked), { ours: first, base: undefined, theirs: second })
        assert.is(hasMarkers(marked), first !== second)
      }),
      { numRuns: RUNS },
    )
  })

  test('what both sides began with is a version of its own', () => {
    const text = 'x\n<<<<<<< main\na\n||||||| base\no\n=======\nb\n>>>>>>> topic\ny\n'
    assert.equal(markedVersions(text), { ours: 'x\na\ny\n', base: 'x\no\ny\n', theirs: 'x\nb\ny\n' })
    assert.equal(markedVersions(text.replaceAll('\n', '\r\n')), {
      ours: 'x\r\na\r\ny\r\n',
      base: 'x\r\no\r\ny\r\n',
      theirs: 'x\r\nb\r\ny\r\n',
    })
  })

  test('markers that do not fit together are no conflict', () => {
    for (const text of ['<<<<<<< a\nx\n', '<<<<<<< a\nx\n=======\ny\n', '<<<<<<< a\nx\n||||||| b\ny\n']) {
      assert.is(markedVersions(text), undefined)
    }
    for (const text of ['=======\n', '>>>>>>> a\n', '<<<<<< a\n======\n>>>>>> b\n', ' <<<<<<< a\n']) {
      assert.equal(markedVersions(text), { ours: text, base: undefined, theirs: text })
      assert.not.ok(hasMarkers(text))
    }
  })

  test('markers are found at the start of a line, with a label and without', () => {
    assert.ok(hasMarkers('a\n<<<<<<<\nb\n=======\nc\n>>>>>>>\n'))
    assert.ok(hasMarkers('<<<<<<< a\r\n=======\r\n>>>>>>> b\r\n'))
    assert.not.ok(hasMarkers('x <<<<<<< a\nx >>>>>>> b\n'))
    assert.not.ok(hasMarkers('<<<<<<< a\n'))
  })
})
