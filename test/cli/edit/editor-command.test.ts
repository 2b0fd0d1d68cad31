import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { type EditorCommand, editorCommand, missingWaitOption } from '../../../src/cli/edit/editor-command.ts'
import { isSecretsError, type SecretsError } from '../../../src/core/errors.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const found = (env: Readonly<Record<string, string>>, platform: NodeJS.Platform = 'linux'): Promise<EditorCommand> =>
  editorCommand({ env, platform })

async function missing(line: string): Promise<string | undefined> {
  return missingWaitOption(await found({ EDITOR: line }))
}

async function refusal(env: Readonly<Record<string, string>>): Promise<SecretsError> {
  try {
    await found(env)
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error('an editor was found')
}

suite('the editor', (test) => {
  test('is named by the first variable that says something', async () => {
    const all = { SECRETS_EDITOR: 'a', SOPS_EDITOR: 'b', VISUAL: 'c', EDITOR: 'd' }
    assert.equal((await found(all)).words, ['a'])
    assert.equal((await found({ ...all, SECRETS_EDITOR: '' })).words, ['b'])
    assert.equal((await found({ VISUAL: '  ', EDITOR: 'd' })).words, ['d'])
    assert.is((await found({ VISUAL: 'c', EDITOR: 'd' })).source, 'VISUAL')
  })

  test('keeps its arguments together as a shell would, and expands nothing', async () => {
    const { words } = await found({ EDITOR: `"/opt/my editor/bin" --wait 'a b' c\\ d $HOME` })
    assert.equal(words, ['/opt/my editor/bin', '--wait', 'a b', 'c d', '$HOME'])
    assert.equal((await found({ EDITOR: '"C:\\Program Files\\e.exe" -n' }, 'win32')).words, [
      'C:\\Program Files\\e.exe',
      '-n',
    ])
    assert.is((await refusal({ EDITOR: 'vi "x' })).code, 'EDITOR_FAILED')
  })

  test('vim leaves no traces on the disk', async () => {
    for (const program of ['vim', '/usr/bin/nvim']) {
      const { words } = await found({ EDITOR: `${program} -R` })
      assert.is(words[0], program)
      assert.ok(words.includes('-n') && words.includes('NONE') && words.at(-1) === '-R', words.join(' '))
    }
    assert.equal((await found({ EDITOR: 'nano' })).words, ['nano'])
  })

  test('is looked for where no variable names one', async (context) => {
    const folder = temporaryFolder(context)
    for (const name of ['vi', 'nano']) {
      writeFileSync(join(folder, name), '')
      chmodSync(join(folder, name), 0o755)
    }
    const PATH = ['', folder].join(delimiter)
    assert.equal((await found({ PATH })).words, ['nano'])
    assert.equal((await found({}, 'win32')).words, ['notepad.exe'])
    const nothing = await refusal({ PATH: join(folder, 'none') })
    assert.is(nothing.code, 'EDITOR_FAILED')
    assert.match(nothing.hint ?? '', /SECRETS_EDITOR/)
  })

  test('with windows is told to wait', async () => {
    assert.is(await missing('code'), '--wait')
    assert.is(await missing('/usr/local/bin/subl -n'), '--wait')
    assert.is(await missing('code --wait'), undefined)
    assert.is(await missing('code -w'), undefined)
    assert.is(await missing('vim'), undefined)
  })
})
