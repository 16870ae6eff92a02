import { RunProgram } from '../../sources';
import { runProcess } from './processes';

/** Runs a program that belongs to no run, such as one that is asked something before a build is submitted. */
export const runProgram: RunProgram = (program, options) =>
  runProcess({ ...program, ...options, onStarted: async () => undefined });
