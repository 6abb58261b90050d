/** How a repository of the example stands, beyond its two commits on `main` and the tag `v1.0` at the first. */
export interface Standing {
  /** Commits its origin lacks. */
  readonly ahead?: number;
  /** Commits of its origin that it lacks. */
  readonly behind?: number;
  /** A branch of its own with a commit on it, checked out. */
  readonly branch?: string;
  /** Changes that are not committed. */
  readonly dirty?: "changed" | "staged" | "untracked";
  /** The tag is checked out, not a branch. */
  readonly isDetached?: true;
  /** Nothing to push to. */
  readonly hasNoOrigin?: true;
  /** HEAD names a commit that does not exist. */
  readonly isBroken?: true;
  /** Its test fails. */
  readonly isWrong?: true;
  /** It has no src/: nothing to check, to test or to watch. */
  readonly isWithoutSource?: true;
}

/** The twelve, by path; services.yaml lists them in the same order. */
export const repositories: Readonly<Record<string, Standing>> = {
  "libs/logging": {},
  "libs/schema": { behind: 1 },
  "libs/ui": { dirty: "staged" },
  "backend/auth": { ahead: 2 },
  "backend/user": { dirty: "changed" },
  "backend/billing": { branch: "fix/rounding", isWrong: true },
  "backend/search": { ahead: 1, behind: 1 },
  "frontend/web": { branch: "feature/dark-mode", dirty: "changed" },
  "frontend/admin": { dirty: "untracked" },
  "tools/release": { hasNoOrigin: true },
  "infra/deploy": { isDetached: true, isWithoutSource: true },
  "infra/legacy": { isBroken: true },
};
