"""From what was sent to what everybody may read: alerts, feeds, the app’s inbox, the proof of an SMS."""
