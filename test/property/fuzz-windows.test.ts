import { meetTargets } from '../helpers/fuzz/meet-targets.ts';
import { WINDOWS_TARGETS } from '../helpers/fuzz/windows-targets.ts';

meetTargets('Windows', WINDOWS_TARGETS);
