"""What residents tell the city (zgłoszenia): intake, handling, proof, statistics (§ 1, § 3.1.4)."""
