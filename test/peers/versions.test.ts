import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { needPeer } from '../support/peer.ts'
import { runProgram } from '../support/run-program.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

suite('peers', (test) => {
  for (const [program, version] of [
    ['sops', 'sops 3.13.3'],
    ['age', 'v1.3.2'],
  ] as const) {
    test(`${program} is the release that we compare with`, async (context) => {
      const path = needPeer(program, context)
      const cwd = temporaryFolder(context)
      const options = program === 'sops' ? ['--disable-version-check'] : []
      const { stdout } = await runProgram(path, ['--version', ...options], { cwd, env: isolatedEnvironment(cwd) })
      assert.ok(stdout.startsWith(version), stdout)
    })
  }
})
