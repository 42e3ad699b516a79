/** Who runs a command on the data folder, as the audit names them. */
import { userInfo } from 'node:os';

/** The name that the system has for the user, else the number: in a container there may be no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
