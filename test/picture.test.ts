/** The picture of a terminal in the README. `npm run picture -- --check` compares it with a run of today. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { drawTerminal } from '../scripts/demo/draw-terminal.js'
import { projectRoot, readProjectFile } from './support/imports.ts'
import { suite } from './support/suite.ts'

const svg = readFileSync(join(projectRoot, 'docs', 'demo.svg'), 'utf8')

suite('picture', (test) => {
  test('is in the README, light, and loads nothing from elsewhere', () => {
    assert.match(readProjectFile('README.md'), /!\[[^\]]{20,}\]\(docs\/demo\.svg\)/)
    assert.ok(svg.length < 20_000, String(svg.length))
    assert.not.match(svg, /href|url\(|@import|@font-face|<script|<image|<foreignObject/i)
  })

  test('shows a difference, a merge and a commit that was stopped, and no key', () => {
    for (const part of ['git diff', '465', 'git merge', 'known-secret', '(status 1)']) assert.match(svg, part)
    assert.not.match(svg, /AGE-SECRET|ENC\[|age1/)
  })

  test('is drawn with the styles and columns of a terminal', () => {
    const drawn = drawTerminal(['a\u001b[1mb\u001b[22m  <c> & d', '', '\u001b[1;31mred\u001b[m  x'], 'a < b')
    assert.match(drawn, '<title>a &lt; b</title>')
    assert.match(
      drawn,
      '<tspan x="16" textLength="7.8">a</tspan><tspan x="23.8" textLength="7.8" class="strong">b</tspan>',
    )
    assert.match(drawn, '<tspan x="47.2" textLength="54.6">&lt;c&gt; &amp; d</tspan>')
    assert.match(drawn, /<text y="65"><tspan [^>]*class="strong red">red<\/tspan><tspan [^>]*"7.8">x<\/tspan><\/text>/)
  })
})
