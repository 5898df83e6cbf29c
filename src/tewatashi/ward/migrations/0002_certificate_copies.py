from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ward", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CertificateCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contract", models.CharField(db_index=True, max_length=60)),
                ("which", models.CharField(max_length=20)),
                ("number", models.CharField(max_length=500)),
                ("expires", models.DateField()),
                ("sha256", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("by", models.CharField(max_length=32)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
