/** The first word of the command line of a thread that filters files beside the git filter: no command for people. */
export const WORKER_COMMAND = 'filter-worker'
