/** Takes over an exception that nobody has caught, if it is its own. */
type Claim = (error: unknown) => boolean;

const claims: Claim[] = [];

/** `claim` is asked for exceptions that would end the process. */
export function claimUncaught(claim: Claim): void {
  claims.push(claim);
}

/** Whether somebody answers for an exception, so that the process goes on. */
export function isClaimed(error: unknown): boolean {
  return claims.some((claim) => claim(error));
}
