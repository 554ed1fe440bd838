import { meetTargets } from '../helpers/fuzz/meet-targets.ts';
import { RECORDING_TARGETS } from '../helpers/fuzz/recording-targets.ts';

meetTargets('recordings', RECORDING_TARGETS);
