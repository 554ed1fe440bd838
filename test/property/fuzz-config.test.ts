import { CONFIG_TARGETS } from '../helpers/fuzz/config-targets.ts';
import { meetTargets } from '../helpers/fuzz/meet-targets.ts';

meetTargets('operators', CONFIG_TARGETS);
