/** The `shoal` program: runs the command line it was started with. */
import { run } from './program.js';

process.exitCode = await run(process.argv);
