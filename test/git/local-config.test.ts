import * as assert from 'uvu/assert'
import { driverSettings, quotedWords } from '../../src/git/local-config.ts'
import { suite } from '../support/suite.ts'

const ALL = { textconv: true, merge: true }

suite('commands for git', (test) => {
  test('paths of Windows are written with the slashes that its sh takes', () => {
    const settings = settingsOf('C:\\Program Files\\nodejs\\node.exe', "D:\\it's\\bin\\secrets.js")
    assert.is(
      settings.get('filter.secrets.process'),
      "'C:/Program Files/nodejs/node.exe' 'D:/it'\\''s/bin/secrets.js' filter-process",
    )
    const shared = settingsOf('\\\\server\\share\\node.exe', '\\\\server\\a b\\secrets.js')
    assert.is(shared.get('diff.secrets.textconv'), "'//server/share/node.exe' '//server/a b/secrets.js' textconv")
  })

  test('a backslash in a name of other systems stays', () => {
    const settings = settingsOf('/opt/a\\b/node', '/opt/$HOME `x` "y"/secrets.js')
    assert.is(
      settings.get('filter.secrets.process'),
      `'/opt/a\\b/node' '/opt/$HOME \`x\` "y"/secrets.js' filter-process`,
    )
  })

  test('a percent sign is written twice where git fills in placeholders, and once elsewhere', () => {
    const settings = settingsOf('/100%/node', '/x/%f/secrets.js')
    assert.is(settings.get('filter.secrets.process'), "'/100%/node' '/x/%f/secrets.js' filter-process")
    assert.is(settings.get('filter.secrets.clean'), "'/100%%/node' '/x/%%f/secrets.js' filter-process clean %f")
    assert.match(settings.get('merge.secrets.driver') ?? '', "'/100%%/node' '/x/%%f/secrets.js' merge-driver %O")
  })

  test('the paths of a command are read back, whatever signs are in them', () => {
    const paths = ["/it's/node", '/line\nbreak/secrets.js', '/ü $x/"q"', "/'", 'C:/a b/node.exe']
    for (const path of paths) {
      const command = settingsOf(path, '/secrets.js').get('filter.secrets.process') ?? ''
      assert.equal(quotedWords(command), [path, '/secrets.js'])
    }
  })

  test('nothing is set that this release has no command for', () => {
    const keys = driverSettings({ node: '/n', script: '/s' }, { textconv: false, merge: false }).map(({ key }) => key)
    assert.equal(
      keys,
      ['process', 'clean', 'smudge', 'required'].map((name) => `filter.secrets.${name}`),
    )
  })
})

function settingsOf(node: string, script: string): ReadonlyMap<string, string> {
  return new Map(driverSettings({ node, script }, ALL).map(({ key, value }) => [key, value]))
}
