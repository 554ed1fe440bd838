import { HTTP_TARGETS } from '../helpers/fuzz/http-targets.ts';
import { meetTargets } from '../helpers/fuzz/meet-targets.ts';

meetTargets('clients', HTTP_TARGETS);
