/** What the decoder answers. Negative numbers are faults. */
export const NEEDS_INPUT: i32 = 0;
export const NEEDS_OUTPUT: i32 = 1;
export const DONE: i32 = 2;
export const CUT_OFF: i32 = -1;
export const BAD_BLOCK: i32 = -2;
export const BAD_CODE: i32 = -3;
export const BAD_DISTANCE: i32 = -4;
