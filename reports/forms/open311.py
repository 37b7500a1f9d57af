"""A key for a program, as an administrator asks for it."""

from django import forms

from reports.models import Open311Key


class Open311KeyForm(forms.ModelForm):
    class Meta:
        model = Open311Key
        fields = ("label", "a_day")
