import { LINUX_TARGETS } from '../helpers/fuzz/linux-targets.ts';
import { meetTargets } from '../helpers/fuzz/meet-targets.ts';

meetTargets('the kernel', LINUX_TARGETS);
