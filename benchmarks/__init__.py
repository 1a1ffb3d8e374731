"""The performance figures of the studio, each beside a peer or a bare lower bound measured in the same run."""
