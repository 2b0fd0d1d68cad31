#!/usr/bin/env node
import module from 'node:module'

// Node 22.8 and later keep compiled code between runs. The bundle comes after it, so that it is kept too.
module.enableCompileCache?.()
const { start } = await import('../dist/cli/main.js')
await start(process)
