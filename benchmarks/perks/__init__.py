"""Do perks reach, bind and pay? One table a run."""
